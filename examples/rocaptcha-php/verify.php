<?php
// A form with RoCAPTCHA: whoever turned the animal upright may write. PHP 7.4 or newer, without extensions.

/** The status of an answer: PASSED lets the visitor in, and nothing else does. */
function rocaptcha_verify(string $hash, string $response, string $session = ''): string
{
    $headers = ['Content-Type: application/x-www-form-urlencoded'];
    if ($session !== '') {
        $headers[] = 'Cookie: sessionid=' . rawurlencode($session);
    }
    $content = http_build_query([
        'key' => getenv('ROCAPTCHA_PRIVATE_KEY'),
        'hash' => $hash,
        'response' => $response,
        'remoteip' => $_SERVER['REMOTE_ADDR'],
    ]);
    $http = ['method' => 'POST', 'header' => $headers, 'content' => $content, 'timeout' => 10];
    $url = getenv('UPRIGHT_URL') . '/api/verify/';
    $answer = @file_get_contents($url, false, stream_context_create(['http' => $http]));
    return json_decode((string) $answer, true)['status'] ?? 'ERROR';
}

/** A field of the form, which a visitor may have sent as a list. */
$field = fn(string $name): string => is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
// Where the page has a session of its own in this cookie, the challenge was made for it.
$session = is_string($_COOKIE['sessionid'] ?? null) ? $_COOKIE['sessionid'] : '';
$status = rocaptcha_verify($field('rocaptcha_challenge_field'), $field('rocaptcha_response_field'), $session);

if ($status === 'PASSED') {
    echo '<!doctype html><title>Thank you</title><link rel="icon" href="data:,"><p>Thank you for your message.';
} else {
    header('Location: index.php?error=' . $status, true, 303);
}
