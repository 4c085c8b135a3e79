import { type Context, setup } from '@stockpot/domain';
import type { Terminal } from './terminal.js';

/** While there is no administrator: prints the link, good for one use, with which the first one signs up. */
export async function printSetupLink(ctx: Context, web: string, terminal: Terminal): Promise<string | undefined> {
  const { needed } = await setup.status({ ctx, input: {} });
  if (!needed) return undefined;
  const { token } = await setup.issueToken({ ctx, input: {} });
  const link = `${web}/setup?token=${encodeURIComponent(token)}`;
  terminal.line(`  ${terminal.bold('Set up')}      ${link}`);
  terminal.line(`              ${terminal.dim('makes the first administrator; works once, for a day')}`);
  return link;
}
