// What nearly every page uses comes with the first file; see build.mjs.
import '../lib/clock';
import '../lib/resource';
import './ago';
import './confirm';
import './copy';
import './dialog';
import './field';
import './form';
import './icon';
import './link';
import './loading';
import './menu';
import './note';
import './page';
import './state';
import './tabs';
import './toast';
