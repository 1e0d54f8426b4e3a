import { Button } from '../controls/button.js';
import { ActionNews } from '../controls/news.js';
import { useOpenFlow } from '../element/flow-context.js';
import { canSyncNow, isConfigured, may, mayAct, mayEdit } from '../state/rights.js';

/** What the merchant may do about it. */
export function StatusActions() {
  const { page, bootstrap, controller, words } = useOpenFlow();
  const { acting, status } = page;
  const configured = isConfigured(page);
  const paused = (status?.pausedAt ?? null) !== null;
  const busy = (action: typeof acting): boolean => acting !== undefined && acting === action;
  const toggle = paused ? 'resume' : 'pause';
  const editable = mayEdit(bootstrap);
  const readable = may(bootstrap, 'config:read') && bootstrap.session.view !== 'status';
  return (
    <div class="actions">
      <ActionNews />
      {configured && mayAct(bootstrap, 'action:pause') && (
        <Button
          look={paused ? 'primary' : 'plain'}
          busy={busy(toggle)}
          onPress={() => void controller.work?.act(toggle)}
        >
          {words.text(paused ? 'flow.status.resume' : 'flow.status.pause')}
        </Button>
      )}
      {canSyncNow(page) && mayAct(bootstrap, 'action:sync_now') && (
        <Button busy={busy('sync-now')} onPress={() => void controller.work?.act('sync-now')}>
          {words.text('flow.status.syncNow')}
        </Button>
      )}
      {(editable || readable) && (
        <Button onPress={() => controller.go(editable ? 'choose' : 'review')}>
          {words.text(editable ? 'flow.status.change' : 'flow.status.settings')}
        </Button>
      )}
    </div>
  );
}
