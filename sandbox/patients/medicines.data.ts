/** A medicine as the hospital orders it: RxNorm code, how it is taken, and for how many days one supply lasts. */
export type Medicine = {
  readonly rxnorm: string
  readonly display: string
  readonly dose: readonly [value: number, unit: string]
  readonly route: readonly [snomed: string, display: string]
  /** Times per `days` days; 0 = as needed. */
  readonly times: number
  readonly days: number
  readonly text: string
  readonly supplyDays: number
}

const mouth = ['26643006', 'Oral route'] as const
const inhaled = ['447694001', 'Respiratory tract route'] as const
const skin = ['6064005', 'Topical route'] as const
const under = ['34206005', 'Subcutaneous route'] as const
const tongue = ['37839007', 'Sublingual route'] as const
const uterus = ['58100008', 'Intrauterine route'] as const
const tablet = '{tbl}'

/** The hospital's formulary. */
export const medicines = {
  metformin: { rxnorm: '860975', display: '24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet', dose: [1, tablet], route: mouth, times: 2, days: 1, text: 'Take 1 tablet twice a day with meals', supplyDays: 90 },
  insulinGlargine: { rxnorm: '311041', display: 'insulin glargine 100 UNT/ML Injectable Solution', dose: [18, '[iU]'], route: under, times: 1, days: 1, text: 'Inject 18 units under the skin every evening', supplyDays: 30 },
  insulinLispro: { rxnorm: '242120', display: 'insulin lispro 100 UNT/ML Injectable Solution', dose: [4, '[iU]'], route: under, times: 3, days: 1, text: 'Inject 4 units under the skin before each meal', supplyDays: 30 },
  lisinopril: { rxnorm: '314076', display: 'lisinopril 10 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet every morning', supplyDays: 90 },
  amlodipine: { rxnorm: '197361', display: 'amlodipine 5 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 90 },
  hydrochlorothiazide: { rxnorm: '310798', display: 'hydrochlorothiazide 25 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet every morning', supplyDays: 90 },
  atorvastatin: { rxnorm: '617310', display: 'atorvastatin 20 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet every evening', supplyDays: 90 },
  aspirin: { rxnorm: '243670', display: 'aspirin 81 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 90 },
  clopidogrel: { rxnorm: '309362', display: 'clopidogrel 75 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 90 },
  nitroglycerin: { rxnorm: '705129', display: 'nitroglycerin 0.4 MG/ACTUAT Mucosal Spray', dose: [1, '{spray}'], route: tongue, times: 0, days: 1, text: 'One spray under the tongue for chest pain; call for help if it does not pass in 5 minutes', supplyDays: 180 },
  furosemide: { rxnorm: '313988', display: 'furosemide 40 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet every morning', supplyDays: 90 },
  carvedilol: { rxnorm: '200033', display: 'carvedilol 25 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 2, days: 1, text: 'Take 1 tablet twice a day with food', supplyDays: 90 },
  apixaban: { rxnorm: '1364445', display: 'apixaban 5 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 2, days: 1, text: 'Take 1 tablet twice a day', supplyDays: 60 },
  albuterol: { rxnorm: '745679', display: '200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler', dose: [2, '{puff}'], route: inhaled, times: 0, days: 1, text: 'Two puffs as needed for wheezing, up to every 4 hours', supplyDays: 90 },
  fluticasone: { rxnorm: '895994', display: '120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler', dose: [2, '{puff}'], route: inhaled, times: 2, days: 1, text: 'Two puffs morning and evening; rinse the mouth afterwards', supplyDays: 30 },
  sertraline: { rxnorm: '312941', display: 'sertraline 50 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet every morning', supplyDays: 30 },
  fluoxetine: { rxnorm: '310385', display: 'fluoxetine 20 MG Oral Capsule', dose: [1, '{capsule}'], route: mouth, times: 1, days: 1, text: 'Take 1 capsule every morning', supplyDays: 30 },
  buprenorphine: { rxnorm: '351267', display: 'buprenorphine 8 MG / naloxone 2 MG Sublingual Tablet', dose: [1, tablet], route: tongue, times: 1, days: 1, text: 'Dissolve 1 tablet under the tongue every morning', supplyDays: 14 },
  naltrexone: { rxnorm: '1483744', display: 'naltrexone hydrochloride 50 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 30 },
  bictegravir: { rxnorm: '1999667', display: 'bictegravir 50 MG / emtricitabine 200 MG / tenofovir alafenamide 25 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day, at the same time', supplyDays: 30 },
  levothyroxine: { rxnorm: '966222', display: 'levothyroxine sodium 0.075 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet before breakfast', supplyDays: 90 },
  ferrousSulfate: { rxnorm: '310325', display: 'ferrous sulfate 325 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day with orange juice', supplyDays: 90 },
  folicAcid: { rxnorm: '310410', display: 'folic acid 1 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 90 },
  vitaminD: { rxnorm: '315659', display: 'cholecalciferol 400 UNT', dose: [400, '[iU]'], route: mouth, times: 1, days: 1, text: '400 units by mouth once a day', supplyDays: 60 },
  omeprazole: { rxnorm: '198051', display: 'omeprazole 20 MG Delayed Release Oral Capsule', dose: [1, '{capsule}'], route: mouth, times: 1, days: 1, text: 'Take 1 capsule 30 minutes before breakfast', supplyDays: 60 },
  ibuprofen: { rxnorm: '310965', display: 'ibuprofen 200 MG Oral Tablet', dose: [2, tablet], route: mouth, times: 0, days: 1, text: 'Take 2 tablets with food for pain, at most every 6 hours', supplyDays: 20 },
  acetaminophen: { rxnorm: '313782', display: 'acetaminophen 325 MG Oral Tablet', dose: [2, tablet], route: mouth, times: 0, days: 1, text: 'Take 2 tablets for pain, at most every 6 hours', supplyDays: 20 },
  acetaminophenChild: { rxnorm: '282464', display: 'acetaminophen 160 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 0, days: 1, text: 'One tablet for fever above 38.5 °C, at most every 6 hours', supplyDays: 10 },
  loratadine: { rxnorm: '665078', display: 'loratadine 5 MG Chewable Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Chew 1 tablet once a day in pollen season', supplyDays: 30 },
  epinephrine: { rxnorm: '1870230', display: 'NDA020800 0.3 ML epinephrine 1 MG/ML Auto-Injector', dose: [1, '{injection}'], route: ['78421000', 'Intramuscular route'], times: 0, days: 1, text: 'One injection into the outer thigh for a severe allergic reaction, then call an ambulance', supplyDays: 365 },
  hydrocortisone: { rxnorm: '106258', display: 'hydrocortisone 10 MG/ML Topical Cream', dose: [1, '{application}'], route: skin, times: 2, days: 1, text: 'A thin layer on red skin morning and evening for up to 7 days', supplyDays: 14 },
  amoxicillin: { rxnorm: '308182', display: 'amoxicillin 250 MG Oral Capsule', dose: [1, '{capsule}'], route: mouth, times: 3, days: 1, text: 'One capsule, opened into food, three times a day for 7 days', supplyDays: 7 },
  sumatriptan: { rxnorm: '313161', display: 'sumatriptan 50 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 0, days: 1, text: 'Take 1 tablet at the start of a migraine', supplyDays: 30 },
  methylphenidate: { rxnorm: '1091155', display: 'methylphenidate hydrochloride 10 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 2, days: 1, text: 'One tablet at breakfast and at noon on school days', supplyDays: 30 },
  hydroxyurea: { rxnorm: '197797', display: 'hydroxyurea 500 MG Oral Capsule', dose: [1, '{capsule}'], route: mouth, times: 1, days: 1, text: 'One capsule once a day', supplyDays: 30 },
  contraceptivePill: { rxnorm: '748856', display: 'Yaz 28 Day Pack', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day, at the same time', supplyDays: 84 },
  contraceptiveCoil: { rxnorm: '807283', display: 'Mirena 52 MG Intrauterine System', dose: [1, '{device}'], route: uterus, times: 1, days: 1825, text: 'In place for five years', supplyDays: 1825 },
  methotrexate: { rxnorm: '105585', display: 'methotrexate 2.5 MG Oral Tablet', dose: [6, tablet], route: mouth, times: 1, days: 7, text: 'Take 6 tablets together once a week, on Mondays', supplyDays: 84 },
  azathioprine: { rxnorm: '197388', display: 'azathioprine 50 MG Oral Tablet', dose: [2, tablet], route: mouth, times: 1, days: 1, text: 'Take 2 tablets once a day with food', supplyDays: 30 },
  anastrozole: { rxnorm: '199224', display: 'anastrozole 1 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet once a day', supplyDays: 90 },
  allopurinol: { rxnorm: '197319', display: 'allopurinol 100 MG Oral Tablet', dose: [2, tablet], route: mouth, times: 1, days: 1, text: 'Take 2 tablets once a day', supplyDays: 90 },
  tiotropium: { rxnorm: '580261', display: 'tiotropium 0.018 MG/ACTUAT Inhalation Powder', dose: [1, '{capsule}'], route: inhaled, times: 1, days: 1, text: 'Inhale one capsule every morning', supplyDays: 30 },
  donepezil: { rxnorm: '997223', display: 'donepezil hydrochloride 10 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 1, text: 'Take 1 tablet at bedtime', supplyDays: 90 },
  alendronate: { rxnorm: '904431', display: 'alendronic acid 70 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 1, days: 7, text: 'Take 1 tablet once a week, upright, with a full glass of water', supplyDays: 84 },
  carbidopaLevodopa: { rxnorm: '197444', display: 'carbidopa 25 MG / levodopa 100 MG Oral Tablet', dose: [1, tablet], route: mouth, times: 3, days: 1, text: 'Take 1 tablet three times a day', supplyDays: 90 },
  tamsulosin: { rxnorm: '863669', display: 'tamsulosin hydrochloride 0.4 MG Oral Capsule', dose: [1, '{capsule}'], route: mouth, times: 1, days: 1, text: 'Take 1 capsule after dinner', supplyDays: 90 },
} satisfies Record<string, Medicine>

/** A name of `medicines`. */
export type MedicineName = keyof typeof medicines
