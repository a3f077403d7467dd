/// `verdict demo`: the whole road on an embedded chain, honest or not. The only place that the adversaries are let in.
///
/// Entry type: [dev.verdict.cli.demo.DemoCommand]. It does what the other commands do, by the same classes, with both
/// sides in one process and time that can be moved on. Thread-safety: one thread.
@NullMarked
package dev.verdict.cli.demo;

import org.jspecify.annotations.NullMarked;
