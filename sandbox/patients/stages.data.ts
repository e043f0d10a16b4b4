import type { Snomed } from './codes.ts'
import type { DeviceName } from './devices.data.ts'
import type { MedicineName } from './medicines.data.ts'

/** What regular check-ups bring at a time of life, whatever else the person has. */
export type Stage = {
  /** The stage ends below this age in years. */
  readonly below: number
  readonly medicine: MedicineName
  readonly procedure: Snomed
  readonly device: DeviceName
  readonly concern: Snomed
  readonly goal: string
  readonly plan: Snomed
  readonly note: string
}

/** The stages of life, youngest first. */
export const stages: readonly Stage[] = [
  { below: 2, medicine: 'vitaminD', procedure: ['417491009', 'Neonatal hearing test'], device: 'thermometer', concern: ['73595000', 'Stress'], goal: 'Grow along the own curve', plan: ['386516004', 'Anticipatory guidance'], note: 'Feeds and sleeps well. Development as expected for the age. Vaccines given as scheduled.' },
  { below: 13, medicine: 'acetaminophenChild', procedure: ['5880005', 'Physical examination procedure'], device: 'thermometer', concern: ['160377001', 'Family history of asthma'], goal: 'One hour of play outside every day', plan: ['386516004', 'Anticipatory guidance'], note: 'Growing well. Brushes twice a day. Vaccines complete for the age.' },
  { below: 18, medicine: 'ibuprofen', procedure: ['171207006', 'Depression screening'], device: 'thermometer', concern: ['73595000', 'Stress'], goal: 'Eight hours of sleep on school nights', plan: ['386516004', 'Anticipatory guidance'], note: 'School goes well. Seen alone for part of the visit. No worries raised.' },
  { below: 65, medicine: 'ibuprofen', procedure: ['171207006', 'Depression screening'], device: 'pressureMonitor', concern: ['73595000', 'Stress'], goal: 'Move 150 minutes a week', plan: ['229065009', 'Exercise therapy'], note: 'Feels well. Sleep and mood fine. Vaccines brought up to date.' },
  { below: 200, medicine: 'acetaminophen', procedure: ['430193006', 'Medication reconciliation'], device: 'pressureMonitor', concern: ['129839007', 'At risk for falls'], goal: 'Stay steady and independent at home', plan: ['408580007', 'Physical activity target light exercise'], note: 'Manages at home. Medicines reviewed together. Balance practised.' },
]
