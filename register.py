"""Choose the champion from what has been run, register a run by hand, or go back.

python register.py [run_id=… | sweep_run=… | rollback=true] [force=true] [dry=true]
"""

from segmentation.scripts import register

if __name__ == "__main__":
    register()
