/** Requirements that Gatehouse does not fulfil, each with the reason; everything else is tested or missing. */
export const declined: Readonly<Record<string, string>> = {
  'ONC-37': 'A note on a proposed rule without final text; there is nothing to fulfil.',
}
