/** Whose? By their card at the scanner, or by the family name and the name out of the village's list. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VillagerView } from '../../../electron/contract/pointsDeskViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { useAsked } from './useAsked.ts';

export interface PickedPerson {
  readonly volunteerId: number;
  readonly name: string;
  /** 0: in none that is known here. */
  readonly householdId: number;
  readonly householdName: string;
}

const FAMILIES_PER_PAGE = 9;
const FAMILIES_PER_PAGE_PORTRAIT = 15;
const NAMES_PER_PAGE = 9;
const NAMES_PER_PAGE_PORTRAIT = 15;

/** The first letter of a name; good enough to find 欧阳 under 欧. */
const familyOf = ({ name }: VillagerView): string => Array.from(name)[0] ?? '';

/** Family names with how many have them, the most frequent first. */
function familiesOf(villagers: readonly VillagerView[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const villager of villagers) {
    const family = familyOf(villager);
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

export function PersonPicker(props: {
  readonly title: string;
  readonly onPick: (person: PickedPerson) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { state, store, controller } = useApp();
  const { onPick } = props;
  const villagers = useAsked(controller.keeper.points.villagers);
  const [family, setFamily] = useState<string | null>(null);
  const picked = state.keeper?.picked ?? null;
  useEffect(() => {
    store.send({ type: 'PICKING', on: true });
    return () => store.send({ type: 'PICKING', on: false });
  }, [store]);
  useEffect(() => {
    if (picked === null || villagers === null) return;
    const known = villagers.find(({ volunteerId }) => volunteerId === picked.volunteerId);
    const { volunteerId, name } = picked;
    onPick(
      known ?? {
        volunteerId,
        name: name === '' ? t('common.noName') : name,
        householdId: 0,
        householdName: '',
      },
    );
  }, [picked, villagers, onPick, t]);
  return (
    <div className="picker">
      <p className="picker-scan">
        <Icon name="card" />
        <span className="lead strong">{props.title}</span>
      </p>
      <p className="soft">{t('points.pickOr')}</p>
      {villagers === null ? (
        <p>{t('common.loading')}</p>
      ) : family === null ? (
        <Families families={familiesOf(villagers)} onChoose={setFamily} />
      ) : (
        <Names villagers={villagers.filter((one) => familyOf(one) === family)} onPick={onPick} />
      )}
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
        {family === null ? null : (
          <Press onPress={() => setFamily(null)}>{t('points.pickBackToFamilies')}</Press>
        )}
      </div>
    </div>
  );
}

function Families(props: {
  readonly families: readonly (readonly [string, number])[];
  readonly onChoose: (family: string) => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  return (
    <Pager
      items={props.families}
      perPage={portrait ? FAMILIES_PER_PAGE_PORTRAIT : FAMILIES_PER_PAGE}
      className="picker-grid"
    >
      {([family, people]) => (
        <li key={family}>
          <Press className="picker-family" onPress={() => props.onChoose(family)}>
            {t('points.pickFamily', { family, people: t('unit.people', { people }) })}
          </Press>
        </li>
      )}
    </Pager>
  );
}

function Names(props: {
  readonly villagers: readonly VillagerView[];
  readonly onPick: (person: PickedPerson) => void;
}) {
  const portrait = usePortrait();
  return (
    <Pager
      items={props.villagers}
      perPage={portrait ? NAMES_PER_PAGE_PORTRAIT : NAMES_PER_PAGE}
      className="picker-grid"
    >
      {(villager) => (
        <li key={villager.volunteerId}>
          <Press className="picker-name" onPress={() => props.onPick(villager)}>
            <span className="line-name oneline">{villager.name}</span>
            <span className="soft oneline">
              {villager.householdName === '' ? villager.teamName : villager.householdName}
            </span>
          </Press>
        </li>
      )}
    </Pager>
  );
}
