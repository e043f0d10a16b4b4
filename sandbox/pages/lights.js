// Lights up the drawing of the start page while something happens. Without this script the drawing just stays as it is.
const SHINE_MS = 2600
const news = document.getElementById('news')
const timers = new Map()

function shine(stop) {
  const place = document.querySelector(`[data-stop="${stop}"]`)
  if (place === null) return
  place.classList.add('lit')
  clearTimeout(timers.get(stop))
  timers.set(
    stop,
    setTimeout(() => place.classList.remove('lit'), SHINE_MS),
  )
}

new EventSource('/sandbox/lights').addEventListener('message', ({ data }) => {
  const { stops, words } = JSON.parse(data)
  for (const stop of stops) shine(stop)
  if (news !== null) news.textContent = words
})
