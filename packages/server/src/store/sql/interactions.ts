import type { Interaction } from '../../authorize/interaction.ts'
import { type Driver, passed, sql, writeOne } from '../driver.ts'
import { document, integer, text } from '../row.ts'
import type { InteractionStore } from '../store.ts'

type Document = Omit<Interaction, 'id' | 'version' | 'expiresAt'>

const toDocument = ({ id: _id, version: _version, expiresAt: _expiresAt, ...rest }: Interaction): string =>
  JSON.stringify(rest)

/** Interactions in SQL. An advance never moves the end, so a busy tab cannot keep a request alive. */
export const interactionStore = (driver: Driver): InteractionStore => ({
  create: async (interaction) => {
    const insert = 'INSERT INTO interactions (id, version, expires_at, document) VALUES ($1, $2, $3, $4)'
    const { id, version, expiresAt } = interaction
    await writeOne(driver, sql(insert, id, version, expiresAt, toDocument(interaction)))
  },
  find: async (id, now) => {
    const select = 'SELECT id, version, expires_at, document FROM interactions WHERE id = $1 AND expires_at > $2'
    const [row] = await driver.read(sql(select, id, now))
    return (
      row && {
        ...document<Document>(row, 'document'),
        id: text(row, 'id'),
        version: integer(row, 'version'),
        expiresAt: integer(row, 'expires_at'),
      }
    )
  },
  advance: (next) => {
    const update = 'UPDATE interactions SET version = $2, document = $3 WHERE id = $1 AND version = $4 RETURNING id'
    return passed(driver, [sql(update, next.id, next.version, toDocument(next), next.version - 1)])
  },
  finish: (id) => passed(driver, [sql('DELETE FROM interactions WHERE id = $1 RETURNING id', id)]),
})
