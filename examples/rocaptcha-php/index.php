<?php
// A form with RoCAPTCHA: whoever turned the animal upright may write. PHP 7.4 or newer, without extensions.
require __DIR__ . '/verify.php';

/** A field of the form, which a visitor may have sent as a list. */
$field = fn(string $name): string => is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
// Where the page has a session of its own in this cookie, the challenge was made for it.
$session = is_string($_COOKIE['sessionid'] ?? null) ? $_COOKIE['sessionid'] : '';
$status = $_SERVER['REQUEST_METHOD'] === 'POST'
    ? rocaptcha_verify($field('rocaptcha_challenge_field'), $field('rocaptcha_response_field'), $session)
    : '';
// What the form is for is done here, and only where it was accepted.
$accepted = $status === 'PASSED';
http_response_code($accepted || $status === '' ? 200 : 422);
$query = http_build_query(['key' => getenv('ROCAPTCHA_PUBLIC_KEY'), 'lang' => 'en', 'error' => $status]);
$script = htmlspecialchars(getenv('UPRIGHT_URL') . '/api/js/?' . $query);
$title = $accepted ? 'Thank you' : 'Write to us';
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= $title ?></title>
<link rel="icon" href="data:,">
<?php if (!$accepted): ?>
<script async src="<?= $script ?>"></script>
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
<div class="rocaptcha">
A picture to turn appears here. If it does not, reload this page.
<noscript>Please turn on JavaScript.</noscript>
</div>
<p><button type="submit">Send</button></p>
</form>
<?php endif ?>
</main>
</body>
</html>
