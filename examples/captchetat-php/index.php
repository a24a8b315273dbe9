<?php
// A form with a code to type. PHP 7.4 or newer, without extensions.
require __DIR__ . '/check.php';

/** A field of the form, which a visitor may have sent as a list. */
$field = fn(string $name): string => is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
$sent = $_SERVER['REQUEST_METHOD'] === 'POST';
$accepted = $sent && code_is_right($field('captchetat-uuid'), $field('code'));
// What the form is for is done here, and only where it was accepted.
http_response_code($sent && !$accepted ? 422 : 200);
$error = $sent && !$accepted ? 'That code was not accepted. Please type the one of the new picture.' : '';
$title = $accepted ? 'Thank you' : 'Write to us';
$script = htmlspecialchars(getenv('UPRIGHT_URL') . '/captchetat/captchetat-js.js');
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= $error ? 'Error: ' : '' ?><?= $title ?></title>
<link rel="icon" href="data:,">
<style>#captchetat:not(:empty) + .hint { display: none }</style>
<?php if (!$accepted): ?>
<script src="<?= $script ?>" defer></script>
<?php endif ?>
</head>
<body>
<main>
<h1><?= $title ?></h1>
<?php if ($accepted): ?>
<p>Thank you for your message.</p>
<?php else: ?>
<form method="post">
<p><label for="message">Your message</label><br><textarea id="message" name="message" rows="5" cols="40" required><?= htmlspecialchars($field('message')) ?></textarea></p>
<p id="error"><?= $error ?></p>
<div id="captchetat" captchaStyleName="captchaEN" urlBackend="captcha.php"></div>
<p class="hint">No picture? It needs JavaScript; otherwise reload this page.</p>
<p><label for="code">Code of the picture</label><br><input id="code" name="code" autocomplete="off" spellcheck="false" aria-describedby="error" required></p>
<p><button type="submit">Send</button></p>
</form>
<?php endif ?>
</main>
</body>
</html>
