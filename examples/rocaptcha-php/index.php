<?php
// Only a status of the API gets through: anything else could be put into a link by somebody else.
$error = $_GET['error'] ?? '';
$error = is_string($error) && preg_match('/^[A-Z_]+$/D', $error) ? $error : '';
$query = http_build_query(['key' => getenv('ROCAPTCHA_PUBLIC_KEY'), 'lang' => 'en', 'error' => $error]);
$script = htmlspecialchars(getenv('UPRIGHT_URL') . '/api/js/?' . $query);
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Write to us</title>
<link rel="icon" href="data:,">
<script src="<?= $script ?>"></script>
</head>
<body>
<main>
<h1>Write to us</h1>
<form method="post" action="verify.php">
<p><label for="message">Your message</label><br><textarea id="message" name="message" rows="5" cols="40" required></textarea></p>
<div id="rocaptcha_placeholder"></div>
<script>RoCaptcha.init("rocaptcha_placeholder")</script>
<p><button type="submit">Send</button></p>
</form>
</main>
</body>
</html>
