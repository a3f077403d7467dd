/// What this module's tests share. Entry type: [dev.verdict.learning.testing.SmallJobs].
@NullMarked
package dev.verdict.learning.testing;

import org.jspecify.annotations.NullMarked;
