import { useState } from 'preact/hooks';

export interface Combobox<T> {
  readonly open: boolean;
  readonly typed: string | undefined;
  readonly options: readonly T[];
  /** Which option the arrows are on; -1 is none. */
  readonly active: number;
  readonly show: () => void;
  /** Nothing is chosen: the field shows what was chosen before. */
  readonly close: () => void;
  readonly type: (text: string) => void;
  readonly choose: (index: number) => void;
  /** Answers whether the key was the list's. */
  readonly key: (key: string) => boolean;
}

export interface ComboboxOptions<T> {
  readonly find: (typed: string) => readonly T[];
  readonly onChoose: (option: T) => void;
}

/** The keys of an ARIA 1.2 combobox with a list: arrows, Enter, Escape; everything else is typing. */
export function useCombobox<T>({ find, onChoose }: ComboboxOptions<T>): Combobox<T> {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [active, setActive] = useState(-1);
  const options = find(typed ?? '');
  const count = options.length;
  const close = (): void => {
    setOpen(false);
    setTyped(undefined);
    setActive(-1);
  };
  const move = (by: number): true => {
    setOpen(true);
    setActive(open && count > 0 ? (active + by + count) % count : 0);
    return true;
  };
  const choose = (index: number): boolean => {
    const option = options[index];
    if (!open || option === undefined) return false;
    onChoose(option);
    close();
    return true;
  };
  const type = (text: string): void => {
    setTyped(text);
    setOpen(true);
    setActive(text === '' ? -1 : 0);
  };
  const keys: Readonly<Record<string, () => boolean>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => choose(active),
    Escape: () => {
      close();
      return open;
    },
  };
  const show = (): void => setOpen(true);
  const key = (name: string): boolean => keys[name]?.() ?? false;
  return { open, typed, options, active, show, close, type, choose, key };
}
