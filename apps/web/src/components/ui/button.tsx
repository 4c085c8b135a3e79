import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';

const styles = cva(
  'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-accent text-on-accent hover:bg-accent-strong',
        secondary:
          'border border-line bg-surface text-ink shadow-card hover:border-line-strong hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-strong',
        quiet: 'text-muted hover:bg-sunken hover:text-ink',
        danger: 'border border-line bg-surface text-bad shadow-card hover:border-bad hover:bg-bad-soft',
      },
      size: {
        small: 'h-7 px-2.5 text-xs',
        medium: 'h-9 px-3.5 text-sm',
        icon: 'size-9',
      },
    },
    defaultVariants: { look: 'secondary', size: 'medium' },
  },
);

type Props = ComponentProps<'button'> & VariantProps<typeof styles> & { asChild?: boolean };

export function Button({ look, size, asChild, className, type, ...props }: Props) {
  const Element = asChild ? Slot.Root : 'button';
  return (
    <Element
      className={cx(styles({ look, size }), className)}
      type={asChild ? undefined : (type ?? 'button')}
      {...props}
    />
  );
}
