import { Badge } from '@/components/ui/badge';
import type { RunStatus, StepStatus } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { STATUS } from './status';

export function StatusBadge({ status }: { status: RunStatus | StepStatus }) {
  const { label, icon: Icon, tone, spins } = STATUS[status];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={cx(spins && 'animate-spin')} />
      {label}
    </Badge>
  );
}

export function StatusIcon({ status, className }: { status: StepStatus; className?: string }) {
  const { label, icon: Icon, ink, spins } = STATUS[status];
  return (
    <Icon aria-label={label} role="img" className={cx('size-4 shrink-0', ink, spins && 'animate-spin', className)} />
  );
}
