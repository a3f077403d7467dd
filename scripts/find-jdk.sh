# Sourced by scripts that need a JDK 25: sets JAVA_HOME to one, wherever it is installed, or ends with what to install.

jdk_is_25() {
  [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"
}

find_jdk_25() {
  local candidate
  for candidate in "${JAVA_HOME:-}" "${JDK_25:-}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.m2/jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$candidate" ] && jdk_is_25 "$candidate"; then
      JAVA_HOME="$candidate"
      export JAVA_HOME
      return 0
    fi
  done
  echo "verdict: no JDK 25 found (looked at JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks);" \
    "install Temurin 25 (Debian: temurin-25-jdk; SDKMAN: sdk install java 25-tem) or set JAVA_HOME to one" >&2
  return 2
}

require_tool() {
  command -v "$1" >/dev/null 2>&1 || {
    echo "verdict: $1 is missing; $2" >&2
    return 2
  }
}

# Maven, Node.js and npm, as the build needs them.
require_build_tools() {
  require_tool mvn "install Maven 3.8 or newer (Debian: apt-get install maven; macOS: brew install maven)" || return 2
  require_tool node "install Node.js 20 or newer (Debian: apt-get install nodejs npm; macOS: brew install node)" || return 2
  require_tool npm "install npm (Debian: apt-get install npm)" || return 2
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  if [ "$major" -lt 20 ]; then
    echo "verdict: Node.js $(node --version) is too old; install Node.js 20 or newer" >&2
    return 2
  fi
}
