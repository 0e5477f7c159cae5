import sys, time
src=open('/tmp/w/kernel/test/system/boot').read().split("if __name__")[0]
import guest
o=guest.Guest.order
def order(self,*w):
    t=time.monotonic(); r=o(self,*w); print('%.2f'%(time.monotonic()-t), ' '.join(w)[:100].replace('\n','|'), r[0], len(r[1]), flush=True); return r
guest.Guest.order=order
exec(src)
for n in sys.argv[1:]:
    globals()[n]()
