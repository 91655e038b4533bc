// `npm run corpus`: real software from the registries, one image each, with what its ecosystem's own tool says is in it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hostMirror, readHostSources } from '../src/archive/host.ts';
import { layoutOf } from './baseline.ts';
import { measure } from './measure.ts';

export interface CorpusImage {
  readonly name: string;
  readonly layout: string;
  readonly tag: string;
}

interface Recipe {
  readonly name: string;
  /** What must be on the PATH. */
  readonly needs: readonly string[];
  /**
   * Fills `$ROOT`, the image's root, in a scratch folder, and writes `$EXPECTED`: a line `NAME@VERSION` for each package,
   * by the ecosystem's own tool. `$MIRROR` is the Debian archive.
   */
  readonly script: string;
}

const folder = process.env['TEMPER_CORPUS'] ?? join(homedir(), '.cache', 'temper-corpus');

const recipes: readonly Recipe[] = [
  {
    name: 'npm',
    needs: ['npm'],
    script: `mkdir -p $ROOT/opt/app && cd $ROOT/opt/app
echo '{"name":"app","version":"1.0.0","private":true}' >package.json
npm install --no-audit --no-fund --ignore-scripts --silent express@4.21.2 webpack@5.97.1 jest@29.7.0 eslint@9.17.0 typescript@5.7.2 @babel/core@7.26.0
npm ls --all --parseable --long | sed -E 's/^[^:]*:(.*)$/\\1/; s/:.*$//' | grep -v '^app@' | sort -u >$EXPECTED`,
  },
  {
    name: 'python',
    needs: ['python3'],
    script: `mkdir -p $ROOT/usr/lib/python3/dist-packages
python3 -m pip install --quiet --no-compile --disable-pip-version-check --target $ROOT/usr/lib/python3/dist-packages jupyterlab==4.3.4 pandas==2.2.3 requests==2.32.3 flask==3.1.0 celery==5.4.0 sqlalchemy==2.0.36
python3 -m pip list --path $ROOT/usr/lib/python3/dist-packages --format freeze --disable-pip-version-check | sed 's/==/@/' | sort -u >$EXPECTED`,
  },
  {
    name: 'java',
    needs: ['mvn', 'jar'],
    script: `mkdir -p app/WEB-INF $ROOT/opt/app
dependency() { echo "<dependency><groupId>$1</groupId><artifactId>$2</artifactId></dependency>"; }
{ echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
  echo '<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.4.1</version></parent>'
  echo '<groupId>example</groupId><artifactId>app</artifactId><version>1</version><packaging>war</packaging><dependencies>'
  for starter in web data-jpa security thymeleaf actuator validation; do dependency org.springframework.boot spring-boot-starter-$starter; done
  dependency com.h2database h2; echo '</dependencies></project>'; } >pom.xml
mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=app/WEB-INF/lib
mvn -q -B dependency:list -DincludeScope=runtime -DoutputFile=list.txt
jar -cf $ROOT/opt/app/app.war -C app .
sed -nE 's/\\x1b\\[[0-9;]*m//g; s/^ +([^: ]+):([^:]+):jar:([^:]+):(compile|runtime).*/\\1:\\2@\\3/p' list.txt | sort -u >$EXPECTED`,
  },
  {
    name: 'go',
    needs: ['go'],
    script: `mkdir -p $ROOT/usr/bin
GOBIN=$ROOT/usr/bin CGO_ENABLED=0 GOFLAGS=-trimpath go install github.com/google/go-containerregistry/cmd/krane@v0.20.2 2>/dev/null || true
GOBIN=$ROOT/usr/bin CGO_ENABLED=0 GOFLAGS=-trimpath go install github.com/sigstore/cosign/v2/cmd/cosign@v2.4.1
go version -m $ROOT/usr/bin/* | awk '$1=="dep"{m=$2"@"$3} $1=="=>"{m=$2"@"$3} $1=="dep"||$1=="=>"{last=m} {if($1=="dep"){if(p)print p; p=m} else if($1=="=>"){p=m}} END{if(p)print p}' | sort -u >$EXPECTED`,
  },
  {
    name: 'rust',
    needs: ['cargo'],
    script: `mkdir -p $ROOT/usr/bin
cargo install --quiet --locked --root tools cargo-auditable@0.6.6
cargo install --quiet --locked --root tools rust-audit-info@0.5.4
PATH=$PWD/tools/bin:$PATH cargo auditable install --quiet --locked --root app ripgrep@14.1.1
cp app/bin/rg $ROOT/usr/bin/rg
tools/bin/rust-audit-info $ROOT/usr/bin/rg | tr '{' '\\n' | sed -nE 's/.*"name":"([^"]+)","version":"([^"]+)".*/\\1@\\2/p' | sort -u >$EXPECTED`,
  },
  {
    name: 'rails',
    needs: ['mmdebstrap'],
    script: `mmdebstrap --quiet --variant=minbase --include=rails trixie root.tar "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main"
tar -xf root.tar -C $ROOT --exclude=./dev
dpkg-query --admindir=$ROOT/var/lib/dpkg -W -f '\${Package}@\${Version}\\n' | sort -u >$EXPECTED
chroot $ROOT gem list --local 2>/dev/null | sed -E 's/default: //' | sed -nE 's/^([^ ]+) \\(([^)]*)\\)$/\\1 \\2/p' | while read -r name versions; do for v in $(echo $versions | tr -d ,); do echo "gem:$name@$v"; done; done | sort -u >>$EXPECTED`,
  },
  {
    name: 'rpm',
    needs: ['rpm', 'rpmbuild', 'dpkg-query', 'python3'],
    script: `db=$ROOT/usr/lib/sysimage/rpm; mkdir -p $db specs rpms
printf 'NAME="Fedora Linux"\\nID=fedora\\nVERSION_ID=41\\nPRETTY_NAME="Fedora Linux 41"\\n' | install -D /dev/stdin $ROOT/etc/os-release
dpkg-query -W -f '\${Package} \${Version}\\n' | grep -E '^[a-z0-9.+-]+ ' | sed -n '1,150p' | while read -r name version; do
  v=$(echo "$version" | sed -E 's/^[0-9]+://; s/-.*//; s/[^A-Za-z0-9._~^]/./g'); r=$(echo "$version" | sed -nE 's/.*-(.*)/\\1/p' | sed -E 's/[^A-Za-z0-9._~^]/./g')
  e=$(echo "$version" | sed -nE 's/^([0-9]+):.*/\\1/p')
  { echo "Name: $name"; echo "Version: $v"; echo "Release: \${r:-1}"; [ -z "$e" ] || echo "Epoch: $e"; echo "Summary: $name"; echo 'License: MIT AND GPL-2.0-or-later'
    echo "Vendor: Temper"; dpkg-query -W -f '\${Depends}' "$name" | tr ',' '\\n' | sed -E 's/^ +//; s/[ (|:].*//' | { grep -E '^[a-z0-9.+-]+$' || true; } | sort -u | sed -n '1,20s/^/Requires: /p'
    echo '%description'; echo "$name"; echo '%prep'; echo '%install'; echo "install -D /dev/null %{buildroot}/usr/share/$name/README"; echo '%files'; echo "/usr/share/$name"; } >specs/"$name".spec
  rpmbuild --quiet -bb --define "_topdir $PWD/top" --define "_rpmdir $PWD/rpms" --define '__os_install_post %{nil}' --define '_build_id_links none' specs/"$name".spec </dev/null >/dev/null 2>&1 || true
done
rpmdb --initdb --dbpath $db
find rpms -name '*.rpm' -print0 | xargs -0 rpm -i --dbpath $db --root / --justdb --nodeps --noscripts --ignorearch --ignoreos
python3 -c "import sqlite3; sqlite3.connect('$db/rpmdb.sqlite').execute('PRAGMA wal_checkpoint(TRUNCATE)')"
rpm -qa --dbpath $db --qf '%{NAME}@%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n' | sort -u >$EXPECTED`,
  },
];

/** Builds what is not there and can be built; says what cannot. @returns all that is there */
export async function corpusImages(build = false): Promise<CorpusImage[]> {
  const images: CorpusImage[] = [];
  for (const recipe of recipes) {
    const image = { name: recipe.name, layout: join(folder, recipe.name, 'image'), tag: 'corpus' };
    if (build && !existsSync(join(image.layout, 'made'))) await make(recipe, image);
    if (existsSync(join(image.layout, 'made'))) images.push(image);
  }
  return images;
}

/** What the ecosystem's own tool says is in an image: `NAME@VERSION`. */
export function expectedPackages({ name }: CorpusImage): ReadonlySet<string> {
  return new Set(
    readFileSync(join(folder, name, 'expected.txt'), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

async function make({ name, needs, script }: Recipe, { layout, tag }: CorpusImage): Promise<void> {
  const missing = await Promise.all(
    needs.map(
      async (tool) =>
        await measure('bash', ['-c', `command -v ${tool}`]).then(
          () => undefined,
          () => tool,
        ),
    ),
  );
  const without = missing.filter((tool) => tool !== undefined);
  if (without.length > 0) {
    console.log(`${name}: not built, ${without.join(' and ')} missing`);
    return;
  }
  console.log(`${name}: building`);
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  const work = join(place, 'work');
  const root = join(place, 'root');
  mkdirSync(work, { recursive: true });
  mkdirSync(root, { recursive: true });
  const mirror = hostMirror('debian:', await readHostSources()) ?? '';
  writeFileSync(join(place, 'make.sh'), `set -euo pipefail\n${script}\n`);
  const env = {
    ROOT: root,
    EXPECTED: join(place, 'expected.txt'),
    MIRROR: mirror,
    CARGO_TARGET_DIR: join(work, 'target'),
  };
  await measure('bash', [join(place, 'make.sh')], { cwd: work, env });
  const tar = join(place, 'root.tar');
  await measure('tar', ['--sort=name', '-cf', tar, '-C', root, '.']);
  await layoutOf(tar, layout, tag);
  for (const path of [tar, work, root]) rmSync(path, { recursive: true, force: true });
  if (expectedPackages({ name, layout, tag }).size === 0) throw new Error(`${name}: its own tool lists nothing`);
}
