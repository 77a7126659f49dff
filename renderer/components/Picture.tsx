/** The pictures that are shipped with the program, by the names that reference data gives them. */
import app from '../../assets/art/app-icon.svg?url&no-inline';
import scan from '../../assets/art/scan.svg?url&no-inline';
import { SERVICE_PLATFORMS } from '../../domain/reference/reference.ts';

const goodsFiles = import.meta.glob<string>('../../assets/goods/*.svg', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});
const platformFiles = import.meta.glob<string>('../../assets/platforms/*.svg', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});

/** A picture of goods; an unknown name shows a plain parcel. Its name stands beside it, so it has no text. */
export function GoodsPicture({ name }: { readonly name: string }) {
  const url = goodsFiles[`../../assets/goods/${name}.svg`] ?? goodsFiles['../../assets/goods/parcel.svg'];
  return <img className="picture" src={url} alt="" draggable={false} />;
}

/** The picture of one of the eight platforms, by its place in SERVICE_PLATFORMS. */
export function PlatformPicture({ platform }: { readonly platform: number }) {
  const name = (SERVICE_PLATFORMS[platform] ?? 'CONVENIENCE').toLowerCase();
  return (
    <img
      className="picture"
      src={platformFiles[`../../assets/platforms/${name}.svg`]}
      alt=""
      draggable={false}
    />
  );
}

export function ScanPicture({ text }: { readonly text: string }) {
  return <img className="picture-scan" src={scan} alt={text} draggable={false} />;
}

export function AppEmblem() {
  return <img className="emblem" src={app} alt="" draggable={false} />;
}
