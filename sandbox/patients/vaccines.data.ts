/** One vaccine: its CVX code and name. */
export type Vaccine = { readonly cvx: string; readonly display: string }

const hepB: Vaccine = { cvx: '08', display: 'Hep B, adolescent or pediatric' }
const rotavirus: Vaccine = { cvx: '119', display: 'rotavirus, monovalent' }
const dtap: Vaccine = { cvx: '20', display: 'DTaP' }
const hib: Vaccine = { cvx: '48', display: 'Hib (PRP-T)' }
const pcv: Vaccine = { cvx: '133', display: 'Pneumococcal conjugate PCV 13' }
const polio: Vaccine = { cvx: '10', display: 'IPV' }
const mmr: Vaccine = { cvx: '03', display: 'MMR' }
const varicella: Vaccine = { cvx: '21', display: 'varicella' }
const hepA: Vaccine = { cvx: '83', display: 'Hep A, ped/adol, 2 dose' }
const tdap: Vaccine = { cvx: '115', display: 'Tdap' }
const hpv: Vaccine = { cvx: '165', display: 'HPV9' }
const meningococcal: Vaccine = { cvx: '114', display: 'meningococcal MCV4P' }
/** Tetanus and diphtheria booster, every ten years. */
export const tetanus: Vaccine = { cvx: '113', display: 'Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed' }
/** The yearly influenza vaccine. */
export const influenza: Vaccine = { cvx: '140', display: 'Influenza, split virus, trivalent, PF' }

/** The childhood schedule: age in months → vaccine and which dose of its series it is. */
export const childhood: readonly (readonly [months: number, vaccine: Vaccine, dose: number])[] = [
  [0, hepB, 1], [2, hepB, 2], [6, hepB, 3],
  [2, rotavirus, 1], [4, rotavirus, 2],
  [2, dtap, 1], [4, dtap, 2], [6, dtap, 3], [15, dtap, 4], [49, dtap, 5],
  [2, hib, 1], [4, hib, 2], [6, hib, 3], [12, hib, 4],
  [2, pcv, 1], [4, pcv, 2], [6, pcv, 3], [12, pcv, 4],
  [2, polio, 1], [4, polio, 2], [6, polio, 3], [49, polio, 4],
  [12, mmr, 1], [49, mmr, 2],
  [12, varicella, 1], [49, varicella, 2],
  [12, hepA, 1], [18, hepA, 2],
  [133, tdap, 1], [133, hpv, 1], [139, hpv, 2], [133, meningococcal, 1], [193, meningococcal, 2],
]

/** What adults get once, at an age in years. */
export const adulthood: readonly (readonly [years: number, vaccine: Vaccine, dose: number])[] = [
  [50, { cvx: '187', display: 'zoster recombinant' }, 1],
  [50.4, { cvx: '187', display: 'zoster recombinant' }, 2],
  [65, { cvx: '33', display: 'pneumococcal polysaccharide PPV23' }, 1],
]
