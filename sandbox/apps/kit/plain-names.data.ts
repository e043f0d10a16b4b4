/** What people call the commonest measurements, by LOINC code; others keep the laboratory's name. */
export const plainNames: Readonly<Record<string, string>> = {
  '2345-7': 'Blood sugar (glucose)', '4548-4': 'Long-term blood sugar (HbA1c)', '2160-0': 'Creatinine', '3094-0': 'Urea nitrogen',
  '2951-2': 'Sodium', '2823-3': 'Potassium', '98979-8': 'Kidney filtration (eGFR)', '33914-3': 'Kidney filtration (eGFR)',
  '9318-7': 'Protein in urine (albumin/creatinine)', '2093-3': 'Cholesterol, total', '2085-9': 'HDL cholesterol',
  '13457-7': 'LDL cholesterol', '18262-6': 'LDL cholesterol', '2571-8': 'Triglycerides', '718-7': 'Hemoglobin', '4544-3': 'Hematocrit',
  '6690-2': 'White blood cells', '789-8': 'Red blood cells', '777-3': 'Platelets', '787-2': 'Red cell size (MCV)', '4679-7': 'Reticulocytes',
  '2276-4': 'Iron stores (ferritin)', '3016-3': 'Thyroid hormone control (TSH)', '3024-7': 'Thyroid hormone (free T4)',
  '62292-8': 'Vitamin D', '1975-2': 'Bilirubin', '5671-3': 'Lead', '1742-6': 'Liver enzyme (ALT)', '30522-7': 'Inflammation (CRP)',
  '4537-7': 'Inflammation (sedimentation rate)', '3084-1': 'Uric acid', '6301-6': 'Blood clotting time (INR)',
  '33762-6': 'Heart strain (NT-proBNP)', '2857-1': 'Prostate (PSA)', '20447-9': 'HIV viral load', '24467-3': 'CD4 cells',
  '4625-0': 'Hemoglobin S', '1504-0': 'Blood sugar after a glucose drink', '8480-6': 'Systolic', '8462-4': 'Diastolic',
  '8302-2': 'Height', '29463-7': 'Weight', '39156-5': 'Body mass index', '8867-4': 'Heart rate', '9279-1': 'Respiratory rate',
  '8310-5': 'Temperature', '2708-6': 'Oxygen saturation', '59408-5': 'Oxygen saturation', '9843-4': 'Head circumference', '8287-5': 'Head circumference',
}
