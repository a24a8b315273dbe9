/** The lines of a back end that redeem a pass, by the name of the language. */
export const backEndsOf = (server: string): Readonly<Record<string, string>> => ({
  curl: `curl -s ${server}/upright/v1/siteverify \\
  -d secret=SECRET -d response=PASS`,
  Node: `const fields = { secret: 'SECRET', response: form.get('upright-pass') }
const answer = await fetch('${server}/upright/v1/siteverify', {
  method: 'POST',
  body: new URLSearchParams(fields),
})
const { success, hostname, action } = await answer.json()
const accepted = success && hostname === 'www.example.org' && action === 'contact'`,
  PHP: `$fields = ['secret' => 'SECRET', 'response' => $_POST['upright-pass'] ?? ''];
$options = ['http' => [
    'method' => 'POST',
    'header' => 'Content-Type: application/x-www-form-urlencoded',
    'content' => http_build_query($fields),
]];
$answer = file_get_contents('${server}/upright/v1/siteverify', false, stream_context_create($options));
$reply = json_decode($answer ?: '{"success":false}');
$accepted = $reply->success && $reply->hostname === 'www.example.org' && $reply->action === 'contact';`,
  Python: `import json
from urllib.parse import urlencode
from urllib.request import urlopen

fields = {'secret': 'SECRET', 'response': form.get('upright-pass', '')}
with urlopen('${server}/upright/v1/siteverify', urlencode(fields).encode()) as answer:
    reply = json.load(answer)
accepted = reply['success'] and (reply['hostname'], reply['action']) == ('www.example.org', 'contact')`,
})
