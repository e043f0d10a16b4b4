/** A clinician of the hospital. */
export type Clinician = {
  readonly id: string
  readonly prefix: string
  readonly given: string
  readonly family: string
  readonly sex: 'female' | 'male'
  readonly specialty: readonly [nucc: string, display: string]
  readonly clinic: string
}

/** The hospital's clinicians by what they are called for. */
export const staff = {
  family: { id: 'dr-grace-mbeki', prefix: 'Dr.', given: 'Grace', family: 'Mbeki', sex: 'female', specialty: ['207Q00000X', 'Family Medicine Physician'], clinic: 'primary-care' },
  internal: { id: 'dr-samuel-stein', prefix: 'Dr.', given: 'Samuel', family: 'Stein', sex: 'male', specialty: ['207R00000X', 'Internal Medicine Physician'], clinic: 'primary-care' },
  pediatrics: { id: 'dr-elena-marin', prefix: 'Dr.', given: 'Elena', family: 'Marín', sex: 'female', specialty: ['208000000X', 'Pediatrics Physician'], clinic: 'childrens-clinic' },
  cardiology: { id: 'dr-arjun-patel', prefix: 'Dr.', given: 'Arjun', family: 'Patel', sex: 'male', specialty: ['207RC0000X', 'Cardiovascular Disease Physician'], clinic: 'heart-clinic' },
  endocrinology: { id: 'dr-yuna-park', prefix: 'Dr.', given: 'Yuna', family: 'Park', sex: 'female', specialty: ['207RE0101X', 'Endocrinology, Diabetes & Metabolism Physician'], clinic: 'specialty-clinic' },
  obstetrics: { id: 'dr-fatima-zahra', prefix: 'Dr.', given: 'Fatima', family: 'Zahra', sex: 'female', specialty: ['207V00000X', 'Obstetrics & Gynecology Physician'], clinic: 'womens-clinic' },
  psychiatry: { id: 'dr-tomas-berg', prefix: 'Dr.', given: 'Tomas', family: 'Berg', sex: 'male', specialty: ['2084P0800X', 'Psychiatry Physician'], clinic: 'behavioral-health' },
  nephrology: { id: 'dr-olu-adeyemi', prefix: 'Dr.', given: 'Olu', family: 'Adeyemi', sex: 'male', specialty: ['207RN0300X', 'Nephrology Physician'], clinic: 'specialty-clinic' },
  pulmonology: { id: 'dr-anna-lund', prefix: 'Dr.', given: 'Anna', family: 'Lund', sex: 'female', specialty: ['207RP1001X', 'Pulmonary Disease Physician'], clinic: 'specialty-clinic' },
  oncology: { id: 'dr-victor-hall', prefix: 'Dr.', given: 'Victor', family: 'Hall', sex: 'male', specialty: ['207RX0202X', 'Medical Oncology Physician'], clinic: 'specialty-clinic' },
  neurology: { id: 'dr-mina-sato', prefix: 'Dr.', given: 'Mina', family: 'Sato', sex: 'female', specialty: ['2084N0400X', 'Neurology Physician'], clinic: 'specialty-clinic' },
  orthopedics: { id: 'dr-jack-doyle', prefix: 'Dr.', given: 'Jack', family: 'Doyle', sex: 'male', specialty: ['207X00000X', 'Orthopaedic Surgery Physician'], clinic: 'specialty-clinic' },
  emergency: { id: 'dr-nora-quinn', prefix: 'Dr.', given: 'Nora', family: 'Quinn', sex: 'female', specialty: ['207P00000X', 'Emergency Medicine Physician'], clinic: 'emergency-department' },
  radiology: { id: 'dr-paul-renard', prefix: 'Dr.', given: 'Paul', family: 'Renard', sex: 'male', specialty: ['2085R0202X', 'Diagnostic Radiology Physician'], clinic: 'imaging-department' },
  nurse: { id: 'nurse-joy-reyes', prefix: 'Ms.', given: 'Joy', family: 'Reyes', sex: 'female', specialty: ['163W00000X', 'Registered Nurse'], clinic: 'primary-care' },
} satisfies Record<string, Clinician>

/** A name of `staff`. */
export type StaffName = keyof typeof staff

/** The hospital's places. */
export const places: Readonly<Record<string, string>> = {
  'riverbend-main': 'Riverbend General Hospital',
  'primary-care': 'Primary Care, 1st floor',
  'childrens-clinic': "Children's Clinic, 2nd floor",
  'womens-clinic': "Women's Clinic, 2nd floor",
  'heart-clinic': 'Heart Clinic, 3rd floor',
  'specialty-clinic': 'Specialty Clinic, 3rd floor',
  'behavioral-health': 'Behavioral Health, East Building',
  'emergency-department': 'Emergency Department, ground floor',
  'imaging-department': 'Imaging, basement',
}
