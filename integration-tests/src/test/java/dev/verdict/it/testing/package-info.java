/// What the integration tests share. Entry type: [dev.verdict.it.testing.Network].
@NullMarked
package dev.verdict.it.testing;

import org.jspecify.annotations.NullMarked;
