/** Shapes beside words and colours: nothing is told by colour alone. */
const SHAPES = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  dot: 'M8 3a5 5 0 100 10A5 5 0 008 3z',
  ring: 'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11z',
  half: 'M8 3a5 5 0 000 10z',
  quarter: 'M8 3v5h5a5 5 0 00-5-5z',
  play: 'M5 3l8 5-8 5z',
  triangle: 'M8 2.5L14.5 13.5h-13z',
  bars: 'M5 3h2v10H5zM9 3h2v10H9z',
  retry: 'M12.5 6A5 5 0 103 9M12.5 2.5V6H9',
  info: 'M8 7.5v3.2M8 5.2v.1',
  arrow: 'M3 8h9M8.5 4.5L12 8l-3.5 3.5',
} as const;

export type Shape = keyof typeof SHAPES;

const FILLED: ReadonlySet<Shape> = new Set(['dot', 'half', 'quarter', 'play', 'triangle', 'bars']);
/** Parts of a circle are read as such only within their circle. */
const ROUNDED: ReadonlySet<Shape> = new Set(['half', 'quarter', 'info']);

export function Icon({ shape }: { readonly shape: Shape }) {
  return (
    <svg class={`icon ${FILLED.has(shape) ? 'filled' : ''}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {ROUNDED.has(shape) && <path class="outline" d={SHAPES.ring} />}
      <path d={SHAPES[shape]} />
    </svg>
  );
}
