/** A trend: small chart with the usual range as a band, the newest value written at its point, and the numbers beside it. */
import uPlot from 'uplot'
import { element, table } from './elements.ts'
import { type Range, type Reading, rangeText, type Series, standing } from './readings.ts'
import { numberText, shortDay } from './words.ts'

/** What is drawn together: one series, or two of one unit (systolic and diastolic). */
export type Trend = {
  readonly title: string
  readonly unit: string
  readonly series: readonly Series[]
  /** Curves of what is usual at each age instead of one band. */
  readonly bands?: readonly Band[]
}

/** A lower and an upper edge over time, with a name for the reader. */
export type Band = {
  readonly name: string
  readonly edges: readonly { readonly at: number; readonly low: number; readonly high: number }[]
}

const height = 208
const standings = {
  above: 'above the usual range',
  below: 'below the usual range',
  usual: 'in the usual range',
} as const

/** The whole figure: heading with the newest value, chart, table. */
export function trendFigure(trend: Trend): HTMLElement {
  const newest = trend.series.map(({ readings }) => readings.at(-1)?.value)
  const value = newest.map((one) => (one === undefined ? '–' : numberText(one))).join(' / ')
  const chart = element('div', { class: 'plot', role: 'img', 'aria-label': summary(trend) })
  mount(chart, trend)
  return element(
    'figure',
    { class: 'trend' },
    element(
      'figcaption',
      {},
      element('h3', {}, trend.title),
      element('p', { class: 'newest' }, element('strong', {}, value), ` ${trend.unit}`),
      standingBadge(trend),
    ),
    element('div', { class: 'trend-body' }, chart, numbers(trend)),
  )
}

function standingBadge({ series: [only], unit }: Trend): HTMLElement | undefined {
  const newest = only?.readings.at(-1)
  if (only?.range === undefined || newest === undefined) return undefined
  const found = standing(newest.value, only.range)
  if (found === 'unknown') return undefined
  const range = element('span', { class: 'quiet' }, `Usual: ${rangeText(only.range, unit)}`)
  return element('p', {}, element('span', { class: `badge ${found}` }, capital(standings[found])), ' ', range)
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** What the picture shows, for someone who cannot see it. */
function summary({ title, unit, series }: Trend): string {
  const all = series.flatMap(({ readings }) => readings)
  const values = all.map(({ value }) => value)
  const span = `${values.length} values from ${dayOf(all[0])} to ${dayOf(all.at(-1))}`
  return `${title}: ${span}, between ${numberText(Math.min(...values))} and ${numberText(Math.max(...values))} ${unit}`
}

const dayOf = (reading: Reading | undefined): string =>
  reading === undefined ? '' : (shortDay(new Date(reading.at * 1000).toISOString()) ?? '')

/** The numbers, newest first; open beside the chart where there is room. */
function numbers({ title, unit, series }: Trend): HTMLElement {
  const times = [...new Set(series.flatMap(({ readings }) => readings.map(({ at }) => at)))].sort((a, b) => b - a)
  const head = ['Date', ...series.map(({ name }) => (series.length === 1 ? `Value${unit && ` (${unit})`}` : name))]
  const rows = times.map((at) => [
    dayOf({ at, value: 0 }),
    ...series.map((one) => {
      const found = one.readings.find((reading) => reading.at === at)
      return found === undefined ? '' : `${numberText(found.value)}${mark(found.value, one.range)}`
    }),
  ])
  const wide = matchMedia('(min-width: 800px)').matches
  const summaryText = times.length === 1 ? 'The value as a table' : `All ${times.length} values as a table`
  const box = element('div', { class: 'numbers', tabindex: '0', role: 'region', 'aria-label': `${title}, values` })
  box.append(table(`${title} over time`, head, rows))
  return element('details', { open: wide }, element('summary', {}, summaryText), box)
}

const mark = (value: number, range: Range | undefined): string =>
  ({ above: ' (above)', below: ' (below)', usual: '', unknown: '' })[standing(value, range)]

/** Draws into the box whenever its width or the colour scheme changes. */
function mount(box: HTMLElement, trend: Trend): void {
  let drawn: uPlot | undefined
  const draw = (): void => {
    if (box.clientWidth === 0) return
    drawn?.destroy()
    drawn = new uPlot(options(box, trend), data(trend), box)
  }
  new ResizeObserver(draw).observe(box)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
}

function data({ series, bands = [] }: Trend): uPlot.AlignedData {
  const lines: uPlot.AlignedData[] = series.map(({ readings }) => [
    readings.map(({ at }) => at),
    readings.map(({ value }) => value),
  ])
  const curves: uPlot.AlignedData[] = bands.map(({ edges }) => [
    edges.map(({ at }) => at),
    edges.map(({ high }) => high),
    edges.map(({ low }) => low),
  ])
  return uPlot.join([...lines, ...curves])
}

type Paint = {
  readonly ink: string
  readonly quiet: string
  readonly line: string
  readonly accent: string
  readonly band: string
}

/** Colours as the style sheet has them now: the browser resolves light and dark on a probe element. */
function paintOf(box: HTMLElement): Paint {
  const probe = element('span', { class: 'hidden' })
  box.append(probe)
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const paint = {
    ink: colour('--ink'),
    quiet: colour('--quiet'),
    line: colour('--line'),
    accent: colour('--accent'),
    band: colour('--band'),
  }
  probe.remove()
  return paint
}

function options(box: HTMLElement, trend: Trend): uPlot.Options {
  const paint = paintOf(box)
  const font = '12px system-ui, sans-serif'
  const lines = trend.series.map(
    (_, index): uPlot.Series => ({
      stroke: paint.accent,
      width: 2,
      ...(index === 0 ? {} : { dash: [6, 4] }),
      points: { show: true, size: 7, fill: paint.accent, stroke: paint.accent },
    }),
  )
  const curves = (trend.bands ?? []).flatMap((): uPlot.Series[] => [edge, edge])
  return {
    width: box.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [12, 44, 0, 0],
    scales: { y: { range: (_plot, low, high) => verticalRange(trend, low, high) }, x: { range: padTime } },
    axes: [
      { stroke: paint.quiet, font, grid: { show: false }, ticks: { stroke: paint.line, size: 5 }, size: 34, space: 64 },
      {
        stroke: paint.quiet,
        font,
        grid: { stroke: paint.line, width: 1 },
        ticks: { show: false },
        size: 44,
        space: 32,
      },
    ],
    series: [{}, ...lines, ...curves],
    bands: (trend.bands ?? []).map((_, index) => {
      const upper = 1 + lines.length + index * 2
      return { series: [upper, upper + 1], fill: paint.band }
    }),
    hooks: { drawAxes: [(plot) => drawBand(plot, trend, paint)], draw: [(plot) => labelNewest(plot, trend, paint)] },
  }
}

const edge: uPlot.Series = { stroke: 'transparent', points: { show: false }, spanGaps: true }

/** Some air above and below; the usual range is always in the picture, as far as it is near. */
function verticalRange(trend: Trend, low: number, high: number): uPlot.Range.MinMax {
  const bounds = trend.series.flatMap(({ range }) => [range?.low, range?.high]).filter((one) => one !== undefined)
  const bottom = Math.min(low, ...bounds)
  const top = Math.max(high, ...bounds)
  const air = (top - bottom || Math.abs(top) || 1) * 0.12
  return [bottom - air, top + air]
}

/** A single value stands in the middle of its year. */
const padTime = (_plot: uPlot, from: number, to: number): uPlot.Range.MinMax => {
  const air = Math.max((to - from) * 0.04, to === from ? 180 * 86_400 : 0)
  return [from - air, to + air]
}

function drawBand(plot: uPlot, { series: [only] }: Trend, paint: Paint): void {
  const range = only?.range
  if (range === undefined) return
  const { left, top, width, height: tall } = plot.bbox
  const place = (value: number | undefined, open: number): number =>
    value === undefined ? open : Math.min(top + tall, Math.max(top, plot.valToPos(value, 'y', true)))
  const upper = place(range.high, top)
  const lower = place(range.low, top + tall)
  plot.ctx.fillStyle = paint.band
  plot.ctx.fillRect(left, upper, width, lower - upper)
}

/** The newest value is written at its point: no legend to look up. */
function labelNewest(plot: uPlot, { series }: Trend, paint: Paint): void {
  const { ctx } = plot
  ctx.save()
  ctx.fillStyle = paint.ink
  ctx.font = `600 ${13 * devicePixelRatio}px system-ui, sans-serif`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { readings } of series) {
    const newest = readings.at(-1)
    if (newest === undefined) continue
    const x = plot.valToPos(newest.at, 'x', true) + 8 * devicePixelRatio
    ctx.fillText(numberText(newest.value), x, plot.valToPos(newest.value, 'y', true))
  }
  ctx.restore()
}
