import type { SplitRole } from '@/gql/graphql';
import { Badge, type BadgeTone } from './badge';

const LOOKS: Record<SplitRole, { tone: BadgeTone; meaning: string }> = {
  TRAIN: { tone: 'neutral', meaning: 'Labelled examples that training may see' },
  SELECTION: { tone: 'warn', meaning: 'Examples that choices are made on: a score here never ranks' },
  TEST: { tone: 'info', meaning: 'Examples that nothing was chosen on' },
  SHIFT: { tone: 'accent', meaning: 'Examples of another distribution than the training examples' },
  UNLABELED: { tone: 'outline', meaning: 'Examples whose labels are not used' },
};

/** The role of a split. It stands wherever a number stands that was taken on that split. */
export function RoleChip({ role }: { role: SplitRole }) {
  const look = LOOKS[role];
  return (
    <Badge tone={look.tone} title={look.meaning}>
      {role.toLowerCase()}
    </Badge>
  );
}
