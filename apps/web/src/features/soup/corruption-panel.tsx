'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { Panel } from '@/components/ui/card';
import { inputStyle } from '@/components/ui/field';
import { RoleChip } from '@/components/ui/role-chip';
import { cx } from '@/lib/cx';
import { count, label } from '@/lib/format';
import { CorruptionHeatmap } from './corruption-heatmap';
import { differenceGrid } from './grid-difference';
import { PEER_LABEL, type Peer } from './peers';

const REFERENCES = ['stock', 'best', 'only', 'ensemble', 'greedyEnsemble'] as const;

/** The corruption grid of the soup as the difference to another model; which one stands in the address. */
export function CorruptionPanel({ peers }: { peers: readonly Peer[] }) {
  const router = useRouter();
  const path = usePathname();
  const wanted = useSearchParams().get('against');
  const soup = peers.find((peer) => peer.role === 'soup');
  const own = soup?.evaluations.find((evaluation) => evaluation.cells);
  const references = REFERENCES.flatMap((role) => {
    const peer = peers.find((candidate) => candidate.role === role);
    const evaluation = peer?.evaluations.find((candidate) => candidate.benchmark.id === own?.benchmark.id);
    return peer && evaluation?.cells ? [{ peer, cells: evaluation.cells }] : [];
  });
  const reference = references.find((candidate) => candidate.peer.role === wanted) ?? references[0];
  const grid = useMemo(
    () => (own?.cells && reference ? differenceGrid(own.cells, reference.cells) : null),
    [own?.cells, reference],
  );
  if (!soup || !own || !reference || !grid) return null;
  const cellCount = own.cells?.n[0] ?? 0;
  return (
    <Panel
      title={`${label(own.benchmark.name)}: difference to the ${PEER_LABEL[reference.peer.role].toLowerCase()}`}
      note={`Accuracy of ${soup.name} minus that of ${reference.peer.name}, in percentage points. Blue is better, red is worse.`}
      aside={
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span className="flex items-center gap-2 text-xs text-muted">
            <RoleChip role={own.benchmark.role} /> n = {count(cellCount)} images in every cell
          </span>
          <label className="flex items-center gap-2 text-xs text-muted">
            Against
            <select
              className={cx(inputStyle, 'h-8 w-auto border-line text-sm')}
              value={reference.peer.role}
              onChange={(event) => router.replace(`${path}?against=${event.target.value}`, { scroll: false })}
            >
              {references.map(({ peer }) => (
                <option key={peer.role} value={peer.role}>
                  {PEER_LABEL[peer.role]}
                </option>
              ))}
            </select>
          </label>
        </div>
      }
    >
      <CorruptionHeatmap grid={grid} own={soup.name} other={reference.peer.name} />
    </Panel>
  );
}
