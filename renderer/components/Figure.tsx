/** A large figure with its unit, under the word that says what it is; inside a <dl>. */
export function Figure(props: { readonly name: string; readonly value: string; readonly big?: boolean }) {
  return (
    <div className={props.big === true ? 'figure-box figure-box-big' : 'figure-box'}>
      <dt className="soft">{props.name}</dt>
      <dd className="figure">{props.value}</dd>
    </div>
  );
}
