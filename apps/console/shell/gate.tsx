import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.ts';
import { Bones, Failure } from '../parts/states.tsx';
import { NewPassword, SignIn } from '../screens/signin/sign-in.tsx';
import { Frame } from './frame.tsx';

/** Nobody signed in: the sign-in screen, at whatever address was asked; the address opens as soon as somebody is. */
export function Gate() {
  const { t } = useTranslation();
  const session = useSession();
  useEffect(() => {
    document.title = t('shell.brand');
  }, [t]);
  if (session.isError) return <Failure problem={session.error} retry={() => void session.refetch()} />;
  if (session.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={6} />
      </div>
    );
  }
  if (session.data === null) return <SignIn />;
  if (session.data.must_change_password) return <NewPassword />;
  return <Frame />;
}
