import { Cell } from '@/components/ui/table';
import { percent, points } from '@/lib/format';
import { nats, signedNats } from './nats-text';

interface Measured {
  readonly losses: readonly number[];
  readonly lossExcess: readonly number[];
  readonly errors: readonly number[];
  readonly errorExcess: readonly number[];
}

/** Loss and error of one mixture, each with what it has above the mean of its parts. */
export function ExcessCells({
  of: { losses, lossExcess, errors, errorExcess },
  place,
}: {
  of: Measured;
  place: number;
}) {
  return (
    <>
      <Cell number>{nats(losses[place] ?? 0)}</Cell>
      <Cell number quiet>
        {signedNats(lossExcess[place] ?? 0)}
      </Cell>
      <Cell number>{percent(errors[place] ?? 0)}</Cell>
      <Cell number quiet>
        {points(errorExcess[place] ?? 0)}
      </Cell>
    </>
  );
}
