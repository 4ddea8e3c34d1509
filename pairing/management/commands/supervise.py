from django.core.management.base import BaseCommand

from pairing.supervision import supervise


class Command(BaseCommand):
    help = "One round of supervision without Celery: the clock's steps, planning, delivery."

    def handle(self, *args, **options):
        done = supervise()
        self.stdout.write(
            f"lapsed {done.lapsed}, handed over {done.handed_over}, notices planned {done.planned}, "
            f"messages sent {done.sent}"
        )
