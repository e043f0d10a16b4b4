import type { Snomed } from './codes.ts'

/** One kind of examination: LOINC code of the report, DICOM modality and SOP class, how many images, what is found. */
export type ImagingExam = {
  readonly loinc: string
  readonly display: string
  readonly modality: string
  readonly sopClass: string
  readonly body: Snomed
  readonly images: number
  readonly finding: string
}

/** What the imaging department does. */
export const imagingExams = {
  chestXray: { loinc: '36643-5', display: 'XR Chest 2 Views', modality: 'DX', sopClass: '1.2.840.10008.5.1.4.1.1.1.1', body: ['51185008', 'Chest'], images: 2, finding: 'Lungs clear apart from mild hyperinflation. Heart size normal. No effusion.' },
  forearmXray: { loinc: '24891-4', display: 'XR Radius and Ulna Views', modality: 'DX', sopClass: '1.2.840.10008.5.1.4.1.1.1.1', body: ['14975008', 'Forearm'], images: 2, finding: 'Greenstick fracture of the distal radius, not displaced.' },
  kneeXray: { loinc: '24806-2', display: 'XR Knee 2 Views', modality: 'DX', sopClass: '1.2.840.10008.5.1.4.1.1.1.1', body: ['72696002', 'Knee'], images: 2, finding: 'Medial joint space narrowing with osteophytes.' },
  headCt: { loinc: '30799-1', display: 'CT Head WO contrast', modality: 'CT', sopClass: '1.2.840.10008.5.1.4.1.1.2', body: ['69536005', 'Head'], images: 12, finding: 'Old left middle cerebral artery infarct. No bleeding.' },
  brainMri: { loinc: '24590-2', display: 'MR Brain', modality: 'MR', sopClass: '1.2.840.10008.5.1.4.1.1.4', body: ['12738006', 'Brain'], images: 16, finding: 'Hippocampal volume loss, more on the left. No mass.' },
  mammogram: { loinc: '24606-6', display: 'MG Breast Screening', modality: 'MG', sopClass: '1.2.840.10008.5.1.4.1.1.1.2', body: ['76752008', 'Breast'], images: 4, finding: 'Spiculated mass in the upper outer quadrant of the left breast.' },
  fetalUltrasound: { loinc: '11525-3', display: 'US Pelvis Fetus for pregnancy', modality: 'US', sopClass: '1.2.840.10008.5.1.4.1.1.6.1', body: ['12921003', 'Pelvis'], images: 6, finding: 'One living fetus, size fits the dates. Placenta posterior.' },
  echocardiogram: { loinc: '34552-0', display: 'Cardiac 2D echo', modality: 'US', sopClass: '1.2.840.10008.5.1.4.1.1.6.1', body: ['80891009', 'Heart'], images: 8, finding: 'Left ventricular ejection fraction 38 %. Mild mitral regurgitation.' },
  boneDensity: { loinc: '38268-9', display: 'DXA Skeletal system Views for bone density', modality: 'DX', sopClass: '1.2.840.10008.5.1.4.1.1.1.1', body: ['421060004', 'Vertebral column'], images: 2, finding: 'T-score of the lumbar spine -2.7.' },
} satisfies Record<string, ImagingExam>

/** A name of `imagingExams`. */
export type ImagingName = keyof typeof imagingExams
