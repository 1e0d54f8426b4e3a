/** What a plot shows, minute by minute. */
export interface PlotData {
  readonly title: string;
  /** Seconds of work in each slot if everything ran when it is due, and as planned. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly capacity: number;
}

const [WIDTH, HEIGHT] = [960, 400];
const BOX = { left: 64, right: 944, top: 72, bottom: 356 } as const;
const MINUTES = { hour: 60, day: 1_440 } as const;
/** Slots in one point of the smoothed curve: more than this cannot be told apart. */
const SLOTS_A_POINT = 5;
/** Most lines of the vertical axis. */
const LINES = 10;

/** The load of some days as SVG: what is due behind, what is planned in front, the capacity as a line. */
export function plot(data: PlotData): string {
  // A square root, so that the peaks fit and what is planned can be seen; its lines are at square numbers.
  const top = Math.sqrt(Math.max(1, largest(data.before) / data.capacity)) * 1.04;
  const scale: Scale = {
    x: (slot) => BOX.left + (slot / data.before.length) * (BOX.right - BOX.left),
    y: (work) => BOX.bottom - (Math.sqrt(work / data.capacity) / top) * (BOX.bottom - BOX.top),
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">
  <title id="t">${escaped(data.title)}</title>
  <desc id="d">Work in each minute: due all at once on the hours, up to ${timesCapacity(data)} times the capacity; planned, ${mostPlanned(data)}.</desc>
  <style>
    .ink { fill: #1f2937; } .soft { fill: #6b7280; } .grid { stroke: #d1d5db; } .due { stroke: #f59e0b; fill: none; }
    .planned { fill: #2563eb; fill-opacity: .85; } .capacity { stroke: #dc2626; stroke-dasharray: 6 4; } .swatch { fill: #f59e0b; }
    .full { fill: #dc2626; }
    @media (prefers-color-scheme: dark) {
      .ink { fill: #e5e7eb; } .soft { fill: #9ca3af; } .grid { stroke: #374151; } .due { stroke: #fbbf24; } .swatch { fill: #fbbf24; }
      .planned { fill: #60a5fa; } .capacity { stroke: #f87171; } .full { fill: #f87171; }
    }
  </style>
  <text class="ink" x="${BOX.left}" y="24" font-size="16" font-weight="600">${escaped(data.title)}</text>
${legend(data)}
${hours(data.before.length, scale)}
${multiples(top, data.capacity, scale)}
  <path class="due" stroke-width="1.5" d="${spikes(data.before, scale)}"/>
  <path class="planned" d="${area(data.after, scale)}"/>
  <path class="capacity" stroke-width="1.5" d="M${BOX.left} ${round(scale.y(data.capacity))}H${BOX.right}"/>
</svg>
`;
}

interface Scale {
  readonly x: (slot: number) => number;
  readonly y: (work: number) => number;
}

const round = (value: number): number => Math.round(value * 10) / 10;
/** Overload is planned above the capacity, as little as can be. */
const mostPlanned = ({ after, capacity }: PlotData): string =>
  largest(after) > capacity ? `at most ${(largest(after) / capacity).toFixed(2)} times` : 'never above it';
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);
const timesCapacity = ({ before, capacity }: PlotData): string => (largest(before) / capacity).toFixed(1);

function legend(data: PlotData): string {
  const y = 50;
  const entry = (x: number, text: string) => `<text class="soft" x="${x}" y="${y}">${text}</text>`;
  return `  <g>
    <rect class="swatch" x="${BOX.left}" y="${y - 10}" width="12" height="12"/>${entry(BOX.left + 18, `due in each minute, up to ${timesCapacity(data)} × capacity`)}
    <rect class="planned" x="390" y="${y - 10}" width="12" height="12"/>${entry(408, 'planned')}
    <path class="capacity" stroke-width="1.5" d="M490 ${y - 4}h24"/>${entry(522, 'capacity: what may be planned')}
    <text class="soft" x="${BOX.right}" y="${y}" text-anchor="end">square root scale</text>
  </g>`;
}

/** A line and its hour every so many hours: about a dozen, whatever the number of days. */
function hours(slots: number, scale: Scale): string {
  const step = Math.max(1, Math.ceil(slots / MINUTES.day / 2)) * 4 * MINUTES.hour;
  const lines: string[] = [];
  for (let slot = 0; slot <= slots; slot += step) {
    const [x, hour] = [round(scale.x(slot)), (slot / MINUTES.hour) % 24];
    const label = hour === 0 && slot < slots ? `day ${slot / MINUTES.day + 1}, 0 h` : `${hour} h`;
    lines.push(
      `    <path d="M${x} ${BOX.top}V${BOX.bottom}"/><text class="soft" stroke="none" x="${x}" y="${BOX.bottom + 18}" text-anchor="middle">${label}</text>`,
    );
  }
  const title = `    <text class="soft" stroke="none" x="${BOX.right}" y="${BOX.bottom + 36}" text-anchor="end">UTC</text>`;
  return `  <g class="grid" stroke-width=".5">\n${lines.join('\n')}\n${title}\n  </g>`;
}

function multiples(top: number, capacity: number, scale: Scale): string {
  const step = Math.ceil(top / LINES);
  const labels: string[] = [];
  for (let root = 0; root <= top; root += root === 0 ? 1 : step) {
    const y = round(scale.y(root ** 2 * capacity));
    const line = root === 1 ? '' : `<path class="grid" stroke-width=".5" d="M${BOX.left} ${y}H${BOX.right}"/>`;
    const kind = root === 1 ? 'full' : 'soft';
    labels.push(
      `    ${line}<text class="${kind}" x="${BOX.left - 8}" y="${y + 4}" text-anchor="end">${root ** 2} ×</text>`,
    );
  }
  return `  <g>\n${labels.join('\n')}\n  </g>`;
}

/** One line for each minute in which something is due: drawn at full height, however narrow. */
function spikes(values: Float64Array, scale: Scale): string {
  let path = '';
  for (const [slot, value] of values.entries()) {
    if (value > 0) path += `M${round(scale.x(slot))} ${BOX.bottom}V${round(scale.y(value))}`;
  }
  return path;
}

function area(values: Float64Array, scale: Scale): string {
  let path = `M${BOX.left} ${BOX.bottom}`;
  for (let slot = 0; slot < values.length; slot += SLOTS_A_POINT) {
    const point = values.subarray(slot, slot + SLOTS_A_POINT);
    const mean = point.reduce((sum, value) => sum + value, 0) / point.length;
    path += `L${round(scale.x(slot + point.length / 2))} ${round(scale.y(mean))}`;
  }
  return `${path}L${BOX.right} ${BOX.bottom}Z`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
