/**
 * The page of the frame, with a ticket for the host of the page around it. Its own addresses are relative, so
 * that a proxy may have it below a path.
 */
export const pageOf = (ticket: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Verification</title>
<meta name="upright-page" content="${ticket}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../upright/v1/mcaptcha.css">
<script type="module" src="../upright.js"></script>
<script type="module" src="../upright/v1/mcaptcha.js"></script>
</head>
<body></body>
</html>
`
