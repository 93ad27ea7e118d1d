// The peer: a console that asks every second and draws the first rows, in the same browser and under the same eye.
() => {
  document.body.innerHTML = '<table></table>';
  const table = document.querySelector('table');
  const draw = async () => {
    const answer = await fetch('/api/incidents?limit=50');
    if (!answer.ok) return;
    const { items } = await answer.json();
    table.innerHTML = items
      .map((row) => `<tr data-incident-id="${row.incident_id}" data-revision="${row.revision}"><td>${row.kind}</td></tr>`)
      .join('');
  };
  setInterval(() => void draw(), 1000);
  void draw();
}
