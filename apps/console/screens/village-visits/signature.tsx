import { useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { pictureOf, sourceOf, type Picture } from './device.ts';

/** Signed with a finger; the picture goes with the others. What was signed before the page was left is shown as it is. */
export function Signature({ signed, onSigned }: { signed: Picture | null; onSigned: (picture: Picture | null) => void }) {
  const { t } = useTranslation();
  const pad = useRef<HTMLCanvasElement>(null);
  const [isDown, setDown] = useState(false);
  const [isFresh, setFresh] = useState(signed === null);
  const draw = (event: PointerEvent<HTMLCanvasElement>, begins: boolean): void => {
    const pen = event.currentTarget.getContext('2d');
    if (pen === null) return;
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [((event.clientX - left) / width) * 600, ((event.clientY - top) / height) * 180];
    pen.lineWidth = 5;
    pen.lineCap = 'round';
    if (begins) {
      pen.beginPath();
      pen.moveTo(x, y);
    } else {
      pen.lineTo(x, y);
      pen.stroke();
    }
  };
  const lift = (): void => {
    setDown(false);
    if (isDown && pad.current !== null) void pictureOf(pad.current, 'signature', 'image/png').then(onSigned);
  };
  const again = (): void => {
    pad.current?.getContext('2d')?.clearRect(0, 0, 600, 180);
    setFresh(true);
    onSigned(null);
  };
  if (!isFresh && signed !== null)
    return (
      <div className="visit-signature">
        <img src={sourceOf(signed)} alt={t('visits.signed')} />
        <button type="button" className="btn" onClick={again}>
          {t('visits.signAgain')}
        </button>
      </div>
    );
  return (
    <div className="visit-signature">
      <canvas
        ref={pad}
        width={600}
        height={180}
        aria-label={t('visits.signHere')}
        onPointerDown={(event) => {
          setDown(true);
          draw(event, true);
        }}
        onPointerMove={(event) => isDown && draw(event, false)}
        onPointerUp={lift}
        onPointerLeave={lift}
      />
      <button type="button" className="btn" onClick={again}>
        {t('visits.signAgain')}
      </button>
    </div>
  );
}
