/** A device a patient has. `implant` devices carry a UDI. */
export const devices = {
  thermometer: { snomed: '27991004', display: 'Thermometer', maker: 'Warmline', implant: false },
  pressureMonitor: { snomed: '43770009', display: 'Sphygmomanometer', maker: 'Pulsewell', implant: false },
  glucoseMeter: { snomed: '337414009', display: 'Blood glucose meter', maker: 'Clearstrip', implant: false },
  insulinPump: { snomed: '69805005', display: 'Insulin pump', maker: 'Steadyflow', implant: false },
  glasses: { snomed: '50121007', display: 'Eye glasses', maker: 'Northlens', implant: false },
  hearingAid: { snomed: '6012004', display: 'Hearing aid', maker: 'Aurelia', implant: false },
  pulseOximeter: { snomed: '448703006', display: 'Pulse oximeter', maker: 'Pulsewell', implant: false },
  cpap: { snomed: '702172008', display: 'Home continuous positive airway pressure unit', maker: 'Stillnight', implant: false },
  wheelchair: { snomed: '58938008', display: 'Wheelchair', maker: 'Fairway', implant: false },
  pacemaker: { snomed: '14106009', display: 'Cardiac pacemaker', maker: 'Cardion', implant: true },
  hipProsthesis: { snomed: '304120007', display: 'Total hip replacement prosthesis', maker: 'Osteva', implant: true },
  coronaryStent: { snomed: '705643001', display: 'Coronary artery stent', maker: 'Cardion', implant: true },
  coil: { snomed: '268460000', display: 'Intrauterine contraceptive device', maker: 'Serena', implant: true },
} satisfies Record<string, { snomed: string; display: string; maker: string; implant: boolean }>

/** A name of `devices`. */
export type DeviceName = keyof typeof devices
