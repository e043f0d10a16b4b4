/**
 * Medians of weight (kg), length or height (cm) and head circumference (cm) by age in months: girls, boys. Rounded from
 * the general shape of published growth charts; good for demonstrations, not for care.
 */
export const growthTable: readonly {
  readonly months: number
  readonly weight: readonly [girls: number, boys: number]
  readonly height: readonly [girls: number, boys: number]
  readonly head: readonly [girls: number, boys: number]
}[] = [
  { months: 0, weight: [3.2, 3.3], height: [49.1, 49.9], head: [33.9, 34.5] },
  { months: 1, weight: [4.2, 4.5], height: [53.7, 54.7], head: [36.5, 37.3] },
  { months: 2, weight: [5.1, 5.6], height: [57.1, 58.4], head: [38.3, 39.1] },
  { months: 4, weight: [6.4, 7.0], height: [62.1, 63.9], head: [40.6, 41.6] },
  { months: 6, weight: [7.3, 7.9], height: [65.7, 67.6], head: [42.2, 43.3] },
  { months: 9, weight: [8.2, 8.9], height: [70.1, 72.0], head: [43.8, 45.0] },
  { months: 12, weight: [8.9, 9.6], height: [74.0, 75.7], head: [44.9, 46.1] },
  { months: 18, weight: [10.2, 10.9], height: [80.7, 82.3], head: [46.2, 47.4] },
  { months: 24, weight: [11.5, 12.2], height: [86.4, 87.8], head: [47.2, 48.3] },
  { months: 36, weight: [13.9, 14.3], height: [95.1, 96.1], head: [48.5, 49.5] },
  { months: 48, weight: [16.1, 16.3], height: [102.7, 103.3], head: [49.3, 50.2] },
  { months: 60, weight: [18.2, 18.3], height: [109.4, 110.0], head: [49.9, 50.7] },
  { months: 72, weight: [20.2, 20.5], height: [115.1, 116.0], head: [50.3, 51.2] },
  { months: 96, weight: [25.6, 25.6], height: [127.5, 128.0], head: [51.2, 52.0] },
  { months: 120, weight: [32.9, 31.9], height: [138.2, 138.5], head: [52.1, 52.8] },
  { months: 144, weight: [41.5, 40.5], height: [151.5, 149.0], head: [53.2, 53.8] },
  { months: 168, weight: [49.0, 50.8], height: [159.7, 163.8], head: [54.0, 55.0] },
  { months: 192, weight: [53.5, 60.8], height: [162.3, 173.5], head: [54.5, 55.8] },
  { months: 216, weight: [56.2, 67.2], height: [163.1, 176.1], head: [54.7, 56.2] },
]
