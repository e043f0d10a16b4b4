import type { Culture } from './person.ts'

const white = ['2106-3', 'White'] as const
const black = ['2054-5', 'Black or African American'] as const
const asian = ['2028-9', 'Asian'] as const
const native = ['1002-5', 'American Indian or Alaska Native'] as const
const pacific = ['2076-8', 'Native Hawaiian or Other Pacific Islander'] as const
const english = ['en', 'English'] as const

/** The cultures of the hospital's town. */
export const cultures = {
  mexican: { race: white, hispanic: true, language: ['es', 'Spanish'] },
  puertoRican: { race: black, hispanic: true, language: ['es', 'Spanish'] },
  brazilian: { race: white, hispanic: false, language: ['pt', 'Portuguese'] },
  guatemalan: { race: native, hispanic: true, language: ['es', 'Spanish'] },
  chinese: { race: asian, hispanic: false, language: ['zh', 'Chinese'] },
  vietnamese: { race: asian, hispanic: false, language: ['vi', 'Vietnamese'] },
  korean: { race: asian, hispanic: false, language: ['ko', 'Korean'] },
  japanese: { race: asian, hispanic: false, language: ['ja', 'Japanese'] },
  filipino: { race: asian, hispanic: false, language: ['tl', 'Tagalog'] },
  hmong: { race: asian, hispanic: false, language: ['hmn', 'Hmong'] },
  indian: { race: asian, hispanic: false, language: ['hi', 'Hindi'] },
  pakistani: { race: asian, hispanic: false, language: ['ur', 'Urdu'] },
  arab: { race: white, hispanic: false, language: ['ar', 'Arabic'] },
  iranian: { race: white, hispanic: false, language: ['fa', 'Persian'] },
  turkish: { race: white, hispanic: false, language: ['tr', 'Turkish'] },
  nigerian: { race: black, hispanic: false, language: english },
  ethiopian: { race: black, hispanic: false, language: ['am', 'Amharic'] },
  somali: { race: black, hispanic: false, language: ['so', 'Somali'] },
  haitian: { race: black, hispanic: false, language: ['ht', 'Haitian Creole'] },
  africanAmerican: { race: black, hispanic: false, language: english },
  navajo: { race: native, hispanic: false, language: ['nv', 'Navajo'] },
  hawaiian: { race: pacific, hispanic: false, language: english },
  samoan: { race: pacific, hispanic: false, language: ['sm', 'Samoan'] },
  polish: { race: white, hispanic: false, language: ['pl', 'Polish'] },
  german: { race: white, hispanic: false, language: ['de', 'German'] },
  irish: { race: white, hispanic: false, language: english },
  italian: { race: white, hispanic: false, language: ['it', 'Italian'] },
  french: { race: white, hispanic: false, language: ['fr', 'French'] },
  russian: { race: white, hispanic: false, language: ['ru', 'Russian'] },
  ukrainian: { race: white, hispanic: false, language: ['uk', 'Ukrainian'] },
  greek: { race: white, hispanic: false, language: ['el', 'Greek'] },
  swedish: { race: white, hispanic: false, language: english },
  english: { race: white, hispanic: false, language: english },
} satisfies Record<string, Culture>
