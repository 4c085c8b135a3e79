import type { ChartColors } from './chart-colors';

const FONT = 'Inter Variable, ui-sans-serif, system-ui, sans-serif';

/** What axes look like in every chart. */
export function axisStyle(colors: ChartColors) {
  return {
    axisLine: { show: true, lineStyle: { color: colors['line-strong'] } },
    axisTick: { show: false },
    axisLabel: { color: colors.muted, fontFamily: FONT, fontSize: 11 },
    splitLine: { lineStyle: { color: colors.line } },
    nameTextStyle: { color: colors.muted, fontFamily: FONT, fontSize: 11 },
  };
}

/** What tooltips look like in every chart. */
export function tooltipStyle(colors: ChartColors) {
  return {
    confine: true,
    backgroundColor: colors.surface,
    borderColor: colors.line,
    borderWidth: 1,
    padding: [8, 12] as [number, number],
    textStyle: { color: colors.ink, fontFamily: FONT, fontSize: 12 },
    extraCssText: 'border-radius:8px;box-shadow:0 8px 28px rgb(0 0 0 / 0.18)',
  };
}

/** A tooltip's content made of text nodes: names come from recipes and must never be read as HTML. */
export function tooltipContent(title: string, lines: readonly string[]): HTMLElement {
  const root = document.createElement('div');
  const heading = document.createElement('div');
  heading.style.fontWeight = '600';
  heading.textContent = title;
  root.append(heading);
  for (const line of lines) {
    const row = document.createElement('div');
    row.textContent = line;
    root.append(row);
  }
  return root;
}
