import { z } from 'zod'
import { launchMessage } from '../launch/parse-launch.ts'
import { recordLaunch } from '../launch/record-launch.ts'
import { type MountedOperation, operation } from './operation.ts'

/** Launches in the operators' map: for trying an app, and for an EHR that cannot be a client. */
export const launchOperations: readonly MountedOperation[] = [
  operation(
    {
      ...{
        method: 'POST',
        path: '/launches',
        role: 'admin',
        summary: 'Record a launch and get its handle.',
        success: 201,
      },
      body: launchMessage,
      answer: z.object({
        launch: z.string().describe('The handle: works once, soon, for this app and this user.'),
        launch_url: z.url().optional().describe('The app with `iss` and `launch`.'),
        iss: z.url(),
        expires_in: z.int(),
      }),
    },
    async ({ body, operator }, env) => ({ body: await recordLaunch(body, { actor: operator.name }, env) }),
  ),
]
