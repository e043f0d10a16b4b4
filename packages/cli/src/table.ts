/** Rows as an aligned table for people. `columns` names each column and picks its text. */
export const formatTable = <T>(rows: readonly T[], columns: Readonly<Record<string, (row: T) => string>>): string => {
  const names = Object.keys(columns)
  const cells = [names, ...rows.map((row) => Object.values(columns).map((pick) => printable(pick(row))))]
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A name someone registered must not move the cursor or rewrite the screen. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '�')

/** Unix seconds as a date and time people read, in UTC. */
export const formatTime = (seconds: number | undefined): string =>
  seconds === undefined ? '–' : new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 16)
