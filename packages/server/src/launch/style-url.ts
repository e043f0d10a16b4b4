import { hash } from 'node:crypto'
import type { Config } from '../config.ts'

/** The name of a style document's file: its content. */
export const styleHash = (style: object): string => hash('sha256', JSON.stringify(style), 'hex').slice(0, 16)

/** Whether a launch may name this style. */
export const isStyle = ({ launch }: Pick<Config, 'launch'>, name: string): boolean => Object.hasOwn(launch.styles, name)

/**
 * Where a style is served now; one that is no longer configured has become the default. The content is in the URL, so a
 * changed style has a new one. Spec: CX-19, CX-35
 */
export const styleUrl = (config: Pick<Config, 'issuer' | 'launch'>, name: string): string => {
  const { styles } = config.launch
  const style = (isStyle(config, name) ? styles[name] : undefined) ?? styles.default
  return `${config.issuer}/style/${styleHash(style)}.json`
}
