.PHONY: map test docs
map test docs:
	python3 run.py $@
