import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly look?: 'primary' | 'plain' | 'link' | 'chip';
  /** Stays reachable by keyboard, and does nothing. */
  readonly disabled?: boolean;
  readonly busy?: boolean;
  readonly label?: string;
  readonly pressed?: boolean;
}

export function Button({
  children,
  onPress,
  look = 'plain',
  disabled = false,
  busy = false,
  label,
  pressed,
}: ButtonProps) {
  const off = disabled || busy;
  return (
    <button
      type="button"
      class={`button ${look}`}
      part={look === 'primary' ? 'button button-primary' : 'button'}
      aria-disabled={off ? 'true' : undefined}
      aria-busy={busy ? 'true' : undefined}
      aria-label={label}
      aria-pressed={pressed}
      onClick={() => {
        if (!off) onPress();
      }}
    >
      {children}
    </button>
  );
}
