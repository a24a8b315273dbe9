<?php
/** Whether a code is right. The header KeyId, with the site's secret, stands in the place of a token. */
function code_is_right(string $uuid, string $code): bool
{
    $headers = ['Content-Type: application/json', 'KeyId: ' . getenv('UPRIGHT_CLIENT_SECRET')];
    $content = json_encode(['uuid' => $uuid, 'code' => $code]);
    $http = ['method' => 'POST', 'header' => $headers, 'content' => $content, 'timeout' => 10];
    $url = getenv('UPRIGHT_URL') . '/piste/captchetat/v2/valider-captcha';
    // The body is the bare word. While Upright is away, and for whatever else it may say, the answer is no.
    return @file_get_contents($url, false, stream_context_create(['http' => $http])) === 'true';
}
