import type { FlowPeriod } from '../api/contract.js';

/** Units of the drawing. */
const WIDTH = 600;
const GAP = 4;

/** Shares by the logarithm: 53 days beside one day leave both to be seen. */
export function stripWidths(lengths: readonly number[]): readonly number[] {
  const shortest = Math.min(...lengths);
  const weights = lengths.map((length) => 1 + Math.log2(length / shortest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const room = WIDTH - GAP * (lengths.length - 1);
  return weights.map((weight) => (weight / sum) * room);
}

/** How much each of the first periods covers. Its sentence is the table below it. */
export function PreviewStrip({ periods }: { readonly periods: readonly FlowPeriod[] }) {
  const widths = stripWidths(periods.map(({ lengthHours }) => lengthHours));
  const starts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width + GAP, 0));
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} 12`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {widths.map((width, index) => (
        <rect
          key={index}
          class={periods[index]?.kind === 'regular' ? 'regular' : 'first'}
          x={starts[index]}
          width={width}
          height="12"
          rx="2"
        />
      ))}
    </svg>
  );
}
