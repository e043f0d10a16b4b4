/** One laboratory test: its LOINC code, unit (UCUM), reference range and the scatter between two measurements. */
export type LabTest = {
  readonly loinc: string
  readonly display: string
  readonly unit: string
  readonly low?: number
  readonly high?: number
  readonly decimals: number
  /** Standard deviation of repeated measurements of one person. */
  readonly scatter: number
  /** Where a healthy person's value lies, when not the middle of the reference range. */
  readonly usual?: number
}

/** The tests of the hospital's laboratory. */
export const labTests = {
  glucose: { loinc: '2345-7', display: 'Glucose [Mass/volume] in Serum or Plasma', unit: 'mg/dL', low: 70, high: 99, decimals: 0, scatter: 5, usual: 88 },
  hba1c: { loinc: '4548-4', display: 'Hemoglobin A1c/Hemoglobin.total in Blood', unit: '%', low: 4, high: 5.6, decimals: 1, scatter: 0.15, usual: 5.3 },
  creatinine: { loinc: '2160-0', display: 'Creatinine [Mass/volume] in Serum or Plasma', unit: 'mg/dL', low: 0.6, high: 1.3, decimals: 2, scatter: 0.05, usual: 0.9 },
  urea: { loinc: '3094-0', display: 'Urea nitrogen [Mass/volume] in Serum or Plasma', unit: 'mg/dL', low: 7, high: 20, decimals: 0, scatter: 1.5 },
  sodium: { loinc: '2951-2', display: 'Sodium [Moles/volume] in Serum or Plasma', unit: 'mmol/L', low: 136, high: 145, decimals: 0, scatter: 1.2 },
  potassium: { loinc: '2823-3', display: 'Potassium [Moles/volume] in Serum or Plasma', unit: 'mmol/L', low: 3.5, high: 5.1, decimals: 1, scatter: 0.2 },
  egfr: { loinc: '98979-8', display: 'Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)', unit: 'mL/min/{1.73_m2}', low: 60, decimals: 0, scatter: 2, usual: 95 },
  albuminRatio: { loinc: '9318-7', display: 'Albumin/Creatinine [Mass Ratio] in Urine', unit: 'mg/g', high: 30, decimals: 0, scatter: 4, usual: 9 },
  cholesterol: { loinc: '2093-3', display: 'Cholesterol [Mass/volume] in Serum or Plasma', unit: 'mg/dL', high: 200, decimals: 0, scatter: 7, usual: 178 },
  hdl: { loinc: '2085-9', display: 'Cholesterol in HDL [Mass/volume] in Serum or Plasma', unit: 'mg/dL', low: 40, decimals: 0, scatter: 3, usual: 54 },
  ldl: { loinc: '13457-7', display: 'Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation', unit: 'mg/dL', high: 130, decimals: 0, scatter: 6, usual: 102 },
  triglycerides: { loinc: '2571-8', display: 'Triglyceride [Mass/volume] in Serum or Plasma', unit: 'mg/dL', high: 150, decimals: 0, scatter: 12, usual: 110 },
  hemoglobin: { loinc: '718-7', display: 'Hemoglobin [Mass/volume] in Blood', unit: 'g/dL', low: 11.5, high: 16.5, decimals: 1, scatter: 0.3, usual: 13.6 },
  hematocrit: { loinc: '4544-3', display: 'Hematocrit [Volume Fraction] of Blood by Automated count', unit: '%', low: 34, high: 49, decimals: 0, scatter: 1 },
  leukocytes: { loinc: '6690-2', display: 'Leukocytes [#/volume] in Blood by Automated count', unit: '10*3/uL', low: 4, high: 11, decimals: 1, scatter: 0.6, usual: 6.8 },
  platelets: { loinc: '777-3', display: 'Platelets [#/volume] in Blood by Automated count', unit: '10*3/uL', low: 150, high: 400, decimals: 0, scatter: 14, usual: 252 },
  mcv: { loinc: '787-2', display: 'MCV [Entitic volume] by Automated count', unit: 'fL', low: 80, high: 100, decimals: 0, scatter: 1 },
  reticulocytes: { loinc: '4679-7', display: 'Reticulocytes/100 erythrocytes in Blood', unit: '%', low: 0.5, high: 2.5, decimals: 1, scatter: 0.4 },
  ferritin: { loinc: '2276-4', display: 'Ferritin [Mass/volume] in Serum or Plasma', unit: 'ng/mL', low: 15, high: 200, decimals: 0, scatter: 3, usual: 70 },
  tsh: { loinc: '3016-3', display: 'Thyrotropin [Units/volume] in Serum or Plasma', unit: 'm[IU]/L', low: 0.4, high: 4, decimals: 2, scatter: 0.2, usual: 1.9 },
  freeT4: { loinc: '3024-7', display: 'Thyroxine (T4) free [Mass/volume] in Serum or Plasma', unit: 'ng/dL', low: 0.8, high: 1.8, decimals: 1, scatter: 0.1 },
  vitaminD: { loinc: '62292-8', display: '25-Hydroxyvitamin D2+D3 [Mass/volume] in Serum or Plasma', unit: 'ng/mL', low: 30, high: 100, decimals: 0, scatter: 2, usual: 36 },
  bilirubin: { loinc: '1975-2', display: 'Bilirubin.total [Mass/volume] in Serum or Plasma', unit: 'mg/dL', high: 12, decimals: 1, scatter: 0.4, usual: 6 },
  lead: { loinc: '5671-3', display: 'Lead [Mass/volume] in Blood', unit: 'ug/dL', high: 3.5, decimals: 1, scatter: 0.3, usual: 1.2 },
  alt: { loinc: '1742-6', display: 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', unit: 'U/L', low: 7, high: 55, decimals: 0, scatter: 3, usual: 24 },
  crp: { loinc: '30522-7', display: 'C reactive protein [Mass/volume] in Serum or Plasma by High sensitivity method', unit: 'mg/L', high: 3, decimals: 1, scatter: 0.5, usual: 1.1 },
  sedimentation: { loinc: '4537-7', display: 'Erythrocyte sedimentation rate by Westergren method', unit: 'mm/h', high: 20, decimals: 0, scatter: 3, usual: 9 },
  urate: { loinc: '3084-1', display: 'Urate [Mass/volume] in Serum or Plasma', unit: 'mg/dL', low: 3.4, high: 7, decimals: 1, scatter: 0.3 },
  inr: { loinc: '6301-6', display: 'INR in Platelet poor plasma by Coagulation assay', unit: '{INR}', low: 0.9, high: 1.1, decimals: 1, scatter: 0.2 },
  ntProBnp: { loinc: '33762-6', display: 'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma', unit: 'pg/mL', high: 450, decimals: 0, scatter: 60, usual: 180 },
  psa: { loinc: '2857-1', display: 'Prostate specific Ag [Mass/volume] in Serum or Plasma', unit: 'ng/mL', high: 4, decimals: 1, scatter: 0.2, usual: 1.4 },
  hivRna: { loinc: '20447-9', display: 'HIV 1 RNA [#/volume] (viral load) in Serum or Plasma by NAA with probe detection', unit: '{copies}/mL', high: 20, decimals: 0, scatter: 2 },
  cd4: { loinc: '24467-3', display: 'CD3+CD4+ (T4 helper) cells [#/volume] in Blood', unit: '/uL', low: 500, high: 1500, decimals: 0, scatter: 25 },
  hemoglobinS: { loinc: '4625-0', display: 'Hemoglobin S/Hemoglobin.total in Blood', unit: '%', high: 0.1, decimals: 0, scatter: 1 },
  glucoseChallenge: { loinc: '1504-0', display: 'Glucose [Mass/volume] in Serum or Plasma --1 hour post 50 g glucose PO', unit: 'mg/dL', high: 140, decimals: 0, scatter: 6, usual: 118 },
} satisfies Record<string, LabTest>

/** A name of `labTests`. */
export type LabName = keyof typeof labTests

/** Tests that are ordered and reported together. */
export const labPanels = {
  lipids: { loinc: '57698-3', display: 'Lipid panel with direct LDL - Serum or Plasma', tests: ['cholesterol', 'triglycerides', 'hdl', 'ldl'] },
  bloodCount: { loinc: '58410-2', display: 'CBC panel - Blood by Automated count', tests: ['leukocytes', 'hemoglobin', 'hematocrit', 'mcv', 'platelets'] },
  metabolic: { loinc: '51990-0', display: 'Basic metabolic panel - Blood', tests: ['glucose', 'urea', 'creatinine', 'sodium', 'potassium', 'egfr'] },
  other: { loinc: '11502-2', display: 'Laboratory report', tests: [] },
} satisfies Record<string, { loinc: string; display: string; tests: readonly LabName[] }>
