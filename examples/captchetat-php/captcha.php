<?php
// Passes requests for pictures and sounds on to Upright, and its answers back: status, type and bytes as they are.
$headers = ['KeyId: ' . getenv('UPRIGHT_CLIENT_SECRET')];
if (isset($_SERVER['HTTP_RANGE'])) {
    $headers[] = 'Range: ' . $_SERVER['HTTP_RANGE'];
}
$http = ['header' => $headers, 'ignore_errors' => true, 'timeout' => 10];
$url = getenv('UPRIGHT_URL') . '/piste/captchetat/v2/simple-captcha-endpoint?' . http_build_query($_GET);
$stream = @fopen($url, 'r', false, stream_context_create(['http' => $http]));
if (!$stream) {
    http_response_code(502);
    exit;
}
foreach (stream_get_meta_data($stream)['wrapper_data'] as $line) {
    if (preg_match('/^HTTP\/\S+ (\d+)/', $line, $match)) {
        http_response_code((int) $match[1]);
    } elseif (preg_match('/^(content-type|content-range|accept-ranges|cache-control):/i', $line)) {
        header($line);
    }
}
fpassthru($stream);
