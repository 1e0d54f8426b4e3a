declare const brand: unique symbol;

/** A nominal type without a class: only the makers of the type may cast to it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
