'use client';

import { LogIn, LogOut } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { DropdownMenu } from 'radix-ui';
import { Button } from '@/components/ui/button';
import { menuContentStyle, menuItemStyle } from '@/components/ui/menu-styles';
import { Skeleton } from '@/components/ui/skeleton';
import { useApi } from '@/data/api-provider';
import { signOut } from '@/features/auth/auth-requests';
import { routes } from '@/lib/routes';
import { useViewer } from './use-viewer';

/** Who is signed in, or the way to sign in. */
export function ViewerMenu() {
  const viewer = useViewer();
  const { url } = useApi();
  const path = usePathname();
  if (viewer === undefined) return <Skeleton className="size-9 rounded-full" />;
  if (viewer === null)
    return (
      <Button asChild>
        <Link href={routes.signIn(path)}>
          <LogIn aria-hidden />
          Sign in
        </Link>
      </Button>
    );
  const leave = async () => {
    await signOut(url);
    // A full load: every cache and the live connection belonged to the person who left.
    window.location.assign(routes.home);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          aria-label={`Account of ${viewer.name}`}
          className="grid size-9 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent-strong"
        >
          {initials(viewer.name)}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={menuContentStyle}>
          <div className="border-b border-line px-2.5 pt-1 pb-2">
            <div className="font-medium">{viewer.name}</div>
            <div className="text-xs text-muted">{viewer.email}</div>
          </div>
          <DropdownMenu.Item className={`${menuItemStyle} mt-1`} onSelect={() => void leave()}>
            <LogOut aria-hidden className="size-4 text-muted" /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function initials(name: string): string {
  const letters = name
    .trim()
    .split(/\s+/)
    .map((word) => word.charAt(0).toUpperCase());
  return (letters[0] ?? '?') + (letters.length > 1 ? (letters.at(-1) ?? '') : '');
}
